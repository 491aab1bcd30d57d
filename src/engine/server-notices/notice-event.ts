import type { EventTemplate } from '../../core/event.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { invalidParam } from '../../kernel/errors.ts';

/** What makes the room what it is, or takes something away: no notices. */
const OF_THE_ROOM: ReadonlySet<string> = new Set([
  'm.room.canonical_alias',
  'm.room.create',
  'm.room.encryption',
  'm.room.guest_access',
  'm.room.history_visibility',
  'm.room.join_rules',
  'm.room.member',
  'm.room.power_levels',
  'm.room.redaction',
  'm.room.server_acl',
  'm.room.third_party_invite',
  'm.room.tombstone',
]);

/** What an administrator wants a user to be told. */
export interface Notice {
  readonly type: string;
  /** Undefined for what is no state. */
  readonly stateKey: string | undefined;
  readonly content: JsonObject;
}

/** @throws M_INVALID_PARAM for a type that is for the server to send */
export function noticeEvent({ type, stateKey, content }: Notice, sender: UserId): EventTemplate {
  if (OF_THE_ROOM.has(type)) throw invalidParam(`${type} is no notice: the server itself looks after the rooms for notices`);
  return { type, sender, content, ...(stateKey !== undefined && { stateKey }) };
}
