import type { JsonObject, ModuleApi } from 'plexus/module';
import type { WelcomeConfig } from './config.ts';

/** The account that greets. */
export class Host {
  readonly userId: string;
  readonly #api: ModuleApi;
  readonly #from: WelcomeConfig['from'];
  #isReady: Promise<void> | undefined;

  constructor(api: ModuleApi, from: WelcomeConfig['from']) {
    this.#api = api;
    this.#from = from;
    this.userId = api.getQualifiedUserId(from.localpart);
  }

  /** Makes the account, if there is none, and gives it its name and picture. @throws Error when it cannot greet anybody */
  ready(): Promise<void> {
    this.#isReady ??= this.#prepare().catch((error: unknown) => {
      this.#isReady = undefined;
      // Whatever has refused it refuses no user, so that it is worth trying again.
      throw new Error(`${this.userId} cannot greet anybody: ${(error as Error).message}`, { cause: error });
    });
    return this.#isReady;
  }

  /** How somebody stands to a room: `join`, `invite` and the like; undefined when they have never been there. */
  async membershipOf(userId: string, roomId: string): Promise<string | undefined> {
    return (await (await this.#api.getRoomState(roomId)).get('m.room.member', userId))?.membership;
  }

  async joinIfNeeded(roomId: string): Promise<void> {
    if ((await this.membershipOf(this.userId, roomId)) !== 'join') await this.#api.updateRoomMembership(this.userId, this.userId, roomId, 'join');
  }

  async invite(userId: string, roomId: string, more: JsonObject = {}): Promise<void> {
    await this.#api.updateRoomMembership(this.userId, userId, roomId, 'invite', more);
  }

  /** Says something in a room, once under each name. */
  async say(roomId: string, content: JsonObject, name: string): Promise<void> {
    await this.#api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: roomId, sender: this.userId, content, txn_id: name });
  }

  async #prepare(): Promise<void> {
    const { localpart, display_name: displayName, avatar_url: avatarUrl } = this.#from;
    const account = await this.#api.getUserinfoById(this.userId);
    if (account?.isDeactivated === true) throw new Error('the account was deactivated');
    if (account === undefined) await this.#api.registerUser(localpart);
    const known = await this.#api.getProfileForUser(this.userId);
    if (displayName !== undefined && displayName !== known.displayName) await this.#api.setDisplayname(this.userId, displayName);
    if (avatarUrl !== undefined && avatarUrl !== known.avatarUrl) await this.#api.setAvatarUrl(this.userId, avatarUrl);
  }
}
