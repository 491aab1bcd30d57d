import type { Event } from '../event.ts';
import type { UserId } from '../identifiers.ts';
import { stringAt } from '../json.ts';
import { PowerLevels } from '../power-levels.ts';
import type { RoomVersion } from '../room-versions.ts';

/** Looks up the state that an event is to be checked against. */
export type AuthState = (type: string, stateKey: string) => Event | undefined;

/** What the auth rules ask about a room, in their words. */
export class RoomAtEvent {
  readonly create: Event;
  readonly version: RoomVersion;
  readonly levels: PowerLevels;
  readonly state: AuthState;

  constructor(create: Event, version: RoomVersion, state: AuthState) {
    this.create = create;
    this.version = version;
    this.state = state;
    this.levels = new PowerLevels(version, create, state('m.room.power_levels', ''));
  }

  membershipOf(userId: string): string {
    return stringAt(this.state('m.room.member', userId)?.content ?? {}, 'membership') ?? 'leave';
  }

  get joinRule(): string {
    return stringAt(this.state('m.room.join_rules', '')?.content ?? {}, 'join_rule') ?? 'invite';
  }

  levelOf(userId: string): number {
    return this.levels.userLevel(userId as UserId);
  }
}
