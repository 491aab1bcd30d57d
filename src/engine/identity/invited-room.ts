import type { EventTemplate } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as profiles from '../../store/profiles.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import type { ThirdPartyAddress } from './lookup-hash.ts';

/** What an identity server may tell the one whom it invites by mail: https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2store-invite */
export type InvitationText = JsonObject;

/** Who invites, and into which room as it is now. */
export function* invitationInto(roomId: RoomId, sender: UserId): Work<InvitationText> {
  const summary = yield* roomSummaries.find(roomId);
  return {
    ...(yield* inviterOf(sender)),
    room_id: roomId,
    ...given({
      room_alias: summary?.canonicalAlias,
      room_avatar_url: summary?.avatarUrl,
      room_join_rules: summary?.joinRule,
      room_name: summary?.name,
      room_type: summary?.roomType,
    }),
  };
}

/** The same for a room that is about to be made. @param events its first events */
export function* invitationIntoNew(roomId: RoomId, sender: UserId, events: readonly EventTemplate[]): Work<InvitationText> {
  const said = (type: string, key: string): string | undefined => {
    const content = events.findLast((event) => event.type === type && event.stateKey === '')?.content;
    return content && stringAt(content, key);
  };
  return {
    ...(yield* inviterOf(sender)),
    room_id: roomId,
    ...given({
      room_alias: said('m.room.canonical_alias', 'alias'),
      room_avatar_url: said('m.room.avatar', 'url'),
      room_join_rules: said('m.room.join_rules', 'join_rule'),
      room_name: said('m.room.name', 'name'),
      room_type: said('m.room.create', 'type'),
    }),
  };
}

/** What is stored at the identity server for one address. */
export const invitationFor = ({ medium, address }: ThirdPartyAddress, text: InvitationText): JsonObject => ({ medium, address, ...text });

function* inviterOf(sender: UserId): Work<JsonObject> {
  const profile = (yield* profiles.memberProfilesOf([sender])).get(sender);
  return { sender, ...given({ sender_display_name: profile?.displayname, sender_avatar_url: profile?.avatar_url }) };
}

const given = (values: Readonly<Record<string, string | null | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
