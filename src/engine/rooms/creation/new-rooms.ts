import { randomBytes } from 'node:crypto';
import type { EventTemplate } from '../../../core/event.ts';
import { roomIdFromCreation } from '../../../core/events.ts';
import type { RoomId, ServerName } from '../../../core/identifiers.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { EventPlan } from '../../../kernel/event-plan.ts';
import type { Work } from '../../../kernel/work.ts';
import * as rooms from '../../../store/rooms.ts';

/** A room that is about to be made. */
export interface NewRoom {
  readonly roomId: RoomId;
  /** What the plan of its events says of it. */
  readonly room: EventPlan['room'];
  /** Its create event, with the time that `roomId` may depend on. */
  readonly create: EventTemplate;
}

/** Gives new rooms their ids, before anything of them is stored, so that modules can be asked about them. */
export class NewRooms {
  readonly #serverName: ServerName;
  readonly #clock: Clock;
  #lastCreation = 0;

  constructor(serverName: ServerName, clock: Clock) {
    this.#serverName = serverName;
    this.#clock = clock;
  }

  *found(version: RoomVersion, create: EventTemplate): Work<NewRoom> {
    const originServerTs = this.#creationTime();
    const stamped = { ...create, originServerTs };
    if (version.roomIds === 'create-hash') {
      const roomId = roomIdFromCreation(stamped, originServerTs, version);
      // The clock may have been set back to when a room was made just so.
      if (yield* rooms.isTaken(roomId)) return yield* this.found(version, create);
      return { roomId, room: { create: version, id: undefined }, create: stamped };
    }
    const roomId = `!${randomBytes(18).toString('base64url')}:${this.#serverName}` as RoomId;
    return { roomId, room: { create: version, id: roomId }, create: stamped };
  }

  /** No two are the same: where the hash of the create event is the room's id, two rooms made alike in one millisecond would be one. */
  #creationTime(): number {
    this.#lastCreation = Math.max(this.#clock.now(), this.#lastCreation + 1);
    return this.#lastCreation;
  }
}
