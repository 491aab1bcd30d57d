import type { Event, EventTemplate } from '../../../core/event.ts';
import type { UserId } from '../../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../../core/json.ts';
import { PowerLevels } from '../../../core/power-levels.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';
import { createContent } from '../creation/create-content.ts';
import type { OldRoom } from './old-room.ts';
import { transferredLevels, withLevel } from './transferred-levels.ts';

/** Who replaces which room by what. */
export interface Upgrade {
  readonly old: OldRoom;
  readonly version: RoomVersion;
  readonly upgrader: UserId;
  readonly additionalCreators: readonly UserId[];
  /** The content of the upgrader's member event. */
  readonly membership: JsonObject;
}

/** The create event of the replacement; in newer versions it cannot name the tombstone, whose content its own hash stands in. */
export function replacementCreation({ old, version, upgrader, additionalCreators }: Upgrade): EventTemplate {
  const { type, 'm.federate': federate } = old.create.content;
  const predecessor = { room_id: old.roomId, ...(old.lastEvent !== undefined && { event_id: old.lastEvent }) };
  const given = { ...(type !== undefined && { type }), ...(federate === false && { 'm.federate': false }), predecessor };
  const content = createContent(given, upgrader, version, additionalCreators);
  return { type: 'm.room.create', stateKey: '', sender: upgrader, content };
}

/**
 * The further events of a replacement: https://spec.matrix.org/v1.19/client-server-api/#room-upgrades
 * Bans are taken over as well, for they are the upgrader's to pronounce anew, and a room must not lose its protection with its version.
 */
export function replacementEvents(upgrade: Upgrade, create: EventTemplate): readonly EventTemplate[] {
  const { old, version, upgrader, membership } = upgrade;
  const state = (type: string, content: JsonObject, stateKey = ''): EventTemplate => ({ type, stateKey, sender: upgrader, content });
  const creation = { version, content: create.content, sender: upgrader };
  const content = transferredLevels(old, version, creation);
  const levels = new PowerLevels(version, creation, { content });
  const transferred = old.state.map((event) => state(event.type, transferredContent(event, version), event.stateKey));
  const needed = Math.max(
    levels.ban,
    ...['m.room.power_levels', ...transferred.map(({ type }) => type)].map((type) => levels.eventLevel(type, true)),
  );
  const isRaised = levels.userLevel(upgrader) < needed;
  const own = isRaised ? needed : levels.userLevel(upgrader);
  const bans = old.bans.filter(({ stateKey }) => levels.userLevel(stateKey as UserId) < own);
  return [
    state('m.room.member', membership, upgrader),
    state('m.room.power_levels', isRaised ? withLevel(content, upgrader, needed) : content),
    ...transferred,
    ...bans.map((ban) => state('m.room.member', banContent(ban), ban.stateKey)),
    // Who was let upgrade the room without having all levels that making one takes has them only until it is made.
    ...(isRaised ? [state('m.room.power_levels', content)] : []),
  ];
}

function transferredContent({ type, content }: Event, version: RoomVersion): JsonObject {
  const rule = type === 'm.room.join_rules' ? stringAt(content, 'join_rule') : undefined;
  const isUnknown =
    (rule === 'knock' && !version.knocking) ||
    (rule === 'restricted' && !version.restrictedJoins) ||
    (rule === 'knock_restricted' && !version.knockRestrictedJoins);
  return isUnknown ? { join_rule: 'invite' } : content;
}

const banContent = ({ content }: Event): JsonObject => {
  const reason = stringAt(content, 'reason');
  return { ...(reason !== undefined && { reason }), membership: 'ban' };
};
