import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { wireRuleset } from '../../core/push-rules/ruleset.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import * as devices from '../../store/devices.ts';
import * as externalIds from '../../store/external-ids.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import * as media from '../../store/media.ts';
import * as memberships from '../../store/memberships.ts';
import * as profiles from '../../store/profiles.ts';
import * as purgedMemberships from '../../store/purged-memberships.ts';
import * as pushers from '../../store/pushers.ts';
import * as pushRules from '../../store/push-rules.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';

/** What the server keeps of somebody, section by section. */
export type KeptOfUser = Readonly<Record<string, unknown>>;

/** What they share with nobody: it would let others in. */
const SECRET = ['passwordHash'] as const;

/**
 * All that the server keeps of a user beside events and secrets.
 * @param position up to which account data is told
 * @returns undefined when there is no such account
 */
export function* userDataOf(userId: UserId, position: number): Work<KeptOfUser | undefined> {
  const user = yield* users.find(userId);
  if (user === undefined) return undefined;
  const account = Object.fromEntries(Object.entries(user).filter(([key]) => !SECRET.some((secret) => secret === key)));
  return {
    account,
    profile: yield* profiles.find(userId),
    devices: (yield* devices.listFor(userId)).map(toJson),
    connections: (yield* devices.connectionsOf(userId)).map(toJson),
    addresses: (yield* thirdPartyIds.listFor(userId)).map(toJson),
    identity_servers: (yield* identityBindings.listFor(userId)).map(toJson),
    single_sign_on: yield* externalIds.listFor(userId),
    account_data: yield* accountData.globalBetween(userId, 0, position),
    room_account_data: yield* accountData.ofAllRoomsBetween(userId, 0, position),
    push_rules: wireRuleset(userId, yield* pushRules.find(userId)),
    pushers: (yield* pushers.listFor(userId)).map(({ unsubscribeToken: _secret, ...pusher }) => toJson(pusher)),
    rooms: (yield* memberships.listFor(userId, ['join', 'invite', 'knock', 'leave', 'ban'])).map(({ roomId, membership }) => ({
      roomId,
      membership,
    })),
    deleted_rooms: (yield* purgedMemberships.listBetween(userId, 0, position)).map(({ event }) => event.roomId),
    media: yield* media.listOf(userId),
  };
}

const toJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
