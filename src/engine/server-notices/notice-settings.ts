import type { Config } from '../../config/config.ts';
import { userIdOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { MemberProfile } from '../../store/profiles.ts';

/** How the configuration wants notices to look. */
export interface NoticeSettings {
  /** The account that they come from. */
  readonly sender: UserId;
  readonly profile: MemberProfile & { readonly displayname: string };
  /** What the rooms are decorated with. */
  readonly state: readonly { readonly type: string; readonly state_key: ''; readonly content: JsonObject }[];
}

/** @throws M_UNKNOWN where the configuration has no section for notices */
export function noticeSettings({ server_notices: section }: Config, serverName: ServerName): NoticeSettings {
  if (section === undefined) {
    throw new MatrixError(400, 'M_UNKNOWN', 'Server notices are not enabled: the configuration of this server has no section server_notices');
  }
  const { localpart, display_name: displayname, avatar, room_name: name } = section;
  return {
    sender: userIdOf(localpart, serverName),
    profile: { displayname, ...(avatar !== undefined && { avatar_url: avatar }) },
    state: [
      { type: 'm.room.name', state_key: '', content: { name } },
      ...(avatar === undefined ? [] : [{ type: 'm.room.avatar', state_key: '' as const, content: { url: avatar } }]),
    ],
  };
}
