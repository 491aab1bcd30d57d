import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Log } from '../../kernel/log.ts';
import type { PresenceState } from '../../kernel/question-values.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as store from '../../store/presence.ts';
import { ChangeLog } from '../change-log.ts';
import type { Notifier } from '../notifier.ts';
import { isConnected, nextChange, presenceOf, type DevicePresence } from './device-presence.ts';

export interface PresenceServices {
  readonly enabled: boolean;
  readonly reader: Reader;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
  readonly roomsOf: (userId: UserId) => Promise<Iterable<RoomId>>;
  /** Stores what others were told, and asks the modules whom else to tell. */
  readonly announce: (states: readonly PresenceState[]) => Promise<void>;
}

interface User {
  readonly userId: UserId;
  /** A shadow-banned user's presence is told to nobody. */
  hidden: boolean;
  readonly devices: Map<string, DevicePresence>;
  statusMsg: string | undefined;
  lastActiveTs: number;
  /** What clients were told last. */
  told: PresenceState;
  timer: { readonly at: number; readonly timer: Timer } | undefined;
  /** Resolves when those who wait were woken for the last change. */
  woken: Promise<void>;
}

type Who = Pick<Requester, 'userId' | 'deviceId' | 'shadowBanned'>;

/**
 * Who is online: https://spec.matrix.org/v1.19/client-server-api/#presence. It lives in memory, of those who were online since the
 * start. A change costs what it takes to wake those who are online in the user's rooms; whoever syncs looks up who has changed.
 */
export class Presence {
  readonly #services: PresenceServices;
  readonly #users = new Map<UserId, User>();
  readonly #present = new Set<UserId>();
  readonly #changes = new ChangeLog<UserId>();
  #unannounced: PresenceState[] = [];
  #announcing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(services: PresenceServices) {
    this.#services = services;
  }

  /** Takes over whom an earlier process left as online: they have as long to come back as any client between two requests. */
  async start(): Promise<void> {
    const { enabled, reader, clock } = this.#services;
    if (!enabled) return;
    for (const stored of await reader.read(store.present)) {
      const user = this.#add(stored.userId, stored.isShadowBanned, stored);
      const { state } = stored;
      if (state === 'offline') continue;
      user.told = { ...user.told, state, currentlyActive: state === 'online' };
      user.devices.set('', { state, syncs: 0, lastSeen: clock.now() });
      this.#refresh(user);
    }
  }

  /**
   * A device begins to sync. @param state what it is to be seen as; `offline` leaves everything as it is
   * @returns to be called when it has been answered
   */
  async syncing(who: Who, state: PresenceState['state']): Promise<() => void> {
    const { enabled, clock } = this.#services;
    if (!enabled || state === 'offline') return () => undefined;
    const user = await this.#user(who);
    const now = clock.now();
    const before = user.devices.get(who.deviceId ?? '');
    const wasOnline = before?.state === 'online' && isConnected(before, now);
    const device = before ?? { state, syncs: 0, lastSeen: now };
    user.devices.set(who.deviceId ?? '', device);
    device.state = state;
    device.syncs++;
    if (state === 'online' && !wasOnline) user.lastActiveTs = now;
    this.#refresh(user);
    // So that the answer to this very request can tell of it.
    await user.woken;
    return () => {
      device.syncs--;
      device.lastSeen = clock.now();
      this.#refresh(user);
    };
  }

  /** A user says what they are. @returns what is to be stored, undefined while presence is turned off */
  async set(who: Who, state: PresenceState['state'], statusMsg: string | undefined): Promise<PresenceState | undefined> {
    const { enabled, clock } = this.#services;
    if (!enabled) return undefined;
    const user = await this.#user(who);
    const now = clock.now();
    const key = who.deviceId ?? '';
    if (state === 'offline') user.devices.delete(key);
    else user.devices.set(key, { syncs: 0, ...user.devices.get(key), state, lastSeen: now });
    user.lastActiveTs = now;
    user.statusMsg = statusMsg;
    this.#refresh(user);
    await user.woken;
    return user.told;
  }

  /** A user has done something that shows them to be there; what modules do in their name shows nothing. */
  active(who: Requester): void {
    const user = this.#users.get(who.userId);
    if (user === undefined || who.origin !== 'client') return;
    user.lastActiveTs = this.#services.clock.now();
    const device = user.devices.get(who.deviceId ?? '');
    if (device !== undefined) device.state = 'online';
    this.#refresh(user);
  }

  /** What a viewer may be told of anybody; undefined of those who were never online. */
  async find(viewer: UserId, userId: UserId): Promise<PresenceState | undefined> {
    if (this.#users.has(userId)) return this.seenBy(viewer, userId);
    const stored = await this.#services.reader.read(() => store.find(userId));
    return stored === undefined || (stored.isShadowBanned && userId !== viewer) ? undefined : offline(userId, stored);
  }

  /** The memory position of the last change. */
  get position(): number {
    return this.#changes.position;
  }

  /** Those who are not offline. */
  get present(): ReadonlySet<UserId> {
    return this.#present;
  }

  /** Whose presence changed after a memory position. */
  changedAfter(position: number): Iterable<UserId> {
    return this.#changes.after(position);
  }

  /** The same of those who were online since the start. */
  seenBy(viewer: UserId, userId: UserId): PresenceState | undefined {
    const user = this.#users.get(userId);
    return user === undefined || (user.hidden && userId !== viewer) ? undefined : current(user);
  }

  /** Resolves when everybody who has to know of the changes so far was told. */
  async flush(): Promise<void> {
    while (this.#unannounced.length > 0) await this.#announceAll();
    await this.#announcing;
  }

  /** Ends all timers; nothing changes by itself any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#users.values()) timer?.timer.cancel();
    await this.flush();
  }

  async #user({ userId, shadowBanned }: Who): Promise<User> {
    const stored = this.#users.has(userId) ? undefined : await this.#services.reader.read(() => store.find(userId));
    const user = this.#users.get(userId) ?? this.#add(userId, shadowBanned, stored);
    user.hidden = shadowBanned;
    return user;
  }

  #add(userId: UserId, hidden: boolean, stored: store.StoredPresence | undefined): User {
    const told = offline(userId, stored);
    const { statusMsg, lastActiveTs } = told;
    const user: User = { userId, hidden, devices: new Map(), statusMsg, lastActiveTs, told, timer: undefined, woken: Promise.resolve() };
    this.#users.set(userId, user);
    return user;
  }

  /** Works out what the user is now, tells of it if that is new, and comes back when time alone will change it. */
  #refresh(user: User): void {
    const { clock } = this.#services;
    const now = clock.now();
    for (const [key, device] of user.devices) if (!isConnected(device, now)) user.devices.delete(key);
    const { told, statusMsg } = user;
    const { state, currentlyActive } = presenceOf(user.devices.values(), user.lastActiveTs, now);
    if (state !== told.state || currentlyActive !== told.currentlyActive || statusMsg !== told.statusMsg) {
      user.told = { userId: user.userId, state, statusMsg, lastActiveTs: user.lastActiveTs, currentlyActive };
      this.#changed(user);
    }
    this.#schedule(user, state === 'offline' ? undefined : nextChange(user.devices.values(), user.lastActiveTs, now));
  }

  /** A timer that fires too early does no harm, so most activity leaves it alone. */
  #schedule(user: User, at: number | undefined): void {
    if (at === undefined || this.#closed || (user.timer !== undefined && user.timer.at <= at)) return;
    user.timer?.timer.cancel();
    const timer = this.#services.clock.after(at - this.#services.clock.now(), () => {
      user.timer = undefined;
      this.#refresh(user);
    });
    user.timer = { at, timer };
  }

  #changed(user: User): void {
    if (user.told.state === 'offline') this.#present.delete(user.userId);
    else this.#present.add(user.userId);
    user.woken = this.#wake(user);
    this.#announcing = this.#announcing.then(() => user.woken);
    if (user.hidden) return;
    this.#unannounced.push(user.told);
    if (this.#unannounced.length === 1) queueMicrotask(() => void this.#announceAll());
  }

  /** Nobody's request may fail because others could not be told. */
  async #wake({ userId, hidden }: User): Promise<void> {
    const { notifier, roomsOf, log } = this.#services;
    try {
      const rooms = hidden ? [] : [...(await roomsOf(userId))];
      this.#changes.record(userId, notifier.wake([`user:${userId}`, ...rooms.map((roomId) => `room:${roomId}` as const)]));
    } catch (error) {
      log.error({ error, userId }, 'a change of presence could not be told');
    }
  }

  #announceAll(): Promise<void> {
    const states = this.#unannounced;
    this.#unannounced = [];
    if (states.length > 0) this.#announcing = this.#announcing.then(() => this.#services.announce(states));
    return this.#announcing;
  }
}

const offline = (userId: UserId, stored: store.StoredPresence | undefined): PresenceState => ({
  userId,
  state: 'offline',
  statusMsg: stored?.statusMsg,
  lastActiveTs: stored?.lastActiveTs ?? 0,
  currentlyActive: false,
});

const current = ({ told, lastActiveTs }: User): PresenceState => ({ ...told, lastActiveTs });
