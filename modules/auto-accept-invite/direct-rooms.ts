import type { AccountDataManager, JsonObject, JsonValue } from 'plexus/module';

const TYPE = 'm.direct';

/** Notes which rooms of a user are for two: https://spec.matrix.org/v1.19/client-server-api/#mdirect */
export class DirectRooms {
  readonly #accountData: AccountDataManager;
  /** One change after the other: two that read the same list would lose an entry. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(accountData: AccountDataManager) {
    this.#accountData = accountData;
  }

  /** Puts a room among a user's direct rooms with somebody. */
  add(userId: string, other: string, roomId: string): Promise<void> {
    const done = this.#last.then(() => this.#add(userId, other, roomId));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #add(userId: string, other: string, roomId: string): Promise<void> {
    const content: JsonObject = (await this.#accountData.getGlobal(userId, TYPE)) ?? {};
    const known = Object.hasOwn(content, other) ? content[other] : undefined;
    const rooms = Array.isArray(known) ? (known as JsonValue[]) : [];
    if (!rooms.includes(roomId)) await this.#accountData.putGlobal(userId, TYPE, { ...content, [other]: [...rooms, roomId] });
  }
}
