import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers */
export interface PusherSettings {
  readonly appId: string;
  readonly pushkey: string;
  readonly kind: string;
  readonly appDisplayName: string;
  readonly deviceDisplayName: string;
  readonly profileTag: string | undefined;
  readonly lang: string;
  readonly data: JsonObject;
}

export interface Pusher extends PusherSettings {
  readonly pusherId: number;
  readonly userId: UserId;
  /** When the pushkey was set, milliseconds since the epoch. */
  readonly pushkeyTs: number;
  /** The count of unread messages that the gateway was told last; undefined before the first time. */
  readonly badge: number | undefined;
  /** How often in a row the gateway failed. */
  readonly failures: number;
  /** Of a pusher of mails: for how long it was silent after its last one (ms); undefined when nothing is left unread of what it told. */
  readonly mailPause: number | undefined;
  /** Of a pusher of mails: what stops it. */
  readonly unsubscribeToken: string | undefined;
}

/** The kind of pushers that send mails, and the app that all of them have. */
export const MAIL = { kind: 'email', appId: 'm.email' } as const;

interface PusherRow extends Omit<Pusher, 'data' | 'profileTag' | 'badge' | 'mailPause' | 'unsubscribeToken'> {
  readonly data: string;
  readonly mailPause: number | null;
  readonly unsubscribeToken: string | null;
  readonly profileTag: string | null;
  readonly badge: number | null;
}

const COLUMNS = `pusher_id as "pusherId", user_id as "userId", app_id as "appId", pushkey, kind, app_display_name as "appDisplayName",
  device_display_name as "deviceDisplayName", profile_tag as "profileTag", lang, data, pushkey_ts as "pushkeyTs", badge, failures,
  mail_pause as "mailPause", unsubscribe_token as "unsubscribeToken"`;

const fromRow = (found: PusherRow): Pusher => ({
  ...found,
  data: JSON.parse(found.data) as JsonObject,
  profileTag: found.profileTag ?? undefined,
  badge: found.badge ?? undefined,
  mailPause: found.mailPause ?? undefined,
  unsubscribeToken: found.unsubscribeToken ?? undefined,
});

export function* listFor(userId: UserId): Work<readonly Pusher[]> {
  return (yield* rows<PusherRow>(`select ${COLUMNS} from pushers where user_id = ? order by pusher_id`, userId)).map(fromRow);
}

export function* find(pusherId: number): Work<Pusher | undefined> {
  const found = yield* row<PusherRow>(`select ${COLUMNS} from pushers where pusher_id = ?`, pusherId);
  return found && fromRow(found);
}

/** A pusher with the device that set it. */
export interface DevicePusher extends Pusher {
  readonly deviceId: DeviceId | null;
}

export function* ofDevices(userId: UserId): Work<readonly DevicePusher[]> {
  const found = yield* rows<PusherRow & { readonly deviceId: DeviceId | null }>(
    `select ${COLUMNS}, device_id as "deviceId" from pushers where user_id = ? order by pusher_id`,
    userId,
  );
  return found.map((one) => ({ ...fromRow(one), deviceId: one.deviceId }));
}

/** Whether anybody has one. */
export function* exist(): Work<boolean> {
  return (yield* row('select 1 from pushers limit 1')) !== undefined;
}

/**
 * Makes a pusher, or changes the one that the user has by this app and key.
 * @param now milliseconds since the epoch
 * @param unsubscribeToken for a pusher of mails that is new
 */
export function* put(userId: UserId, deviceId: DeviceId | undefined, settings: PusherSettings, now: number, unsubscribeToken?: string): Work<void> {
  // As long as nobody had a pusher, nobody looked at the events.
  yield* execute('update push_cursor set position = (select position from stream) where not exists (select 1 from pushers)');
  yield* execute(
    `insert into pushers (user_id, device_id, app_id, pushkey, kind, app_display_name, device_display_name, profile_tag, lang, data, pushkey_ts,
       unsubscribe_token, since_pos)
     select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, position from stream where true
     on conflict (user_id, app_id, pushkey) do update set device_id = excluded.device_id, kind = excluded.kind,
     app_display_name = excluded.app_display_name, device_display_name = excluded.device_display_name, profile_tag = excluded.profile_tag,
     lang = excluded.lang, data = excluded.data, pushkey_ts = excluded.pushkey_ts, failures = 0, retry_ts = 0`,
    userId,
    deviceId ?? null,
    settings.appId,
    settings.pushkey,
    settings.kind,
    settings.appDisplayName,
    settings.deviceDisplayName,
    settings.profileTag ?? null,
    settings.lang,
    JSON.stringify(settings.data),
    now,
    unsubscribeToken ?? null,
  );
}

export function* findByUnsubscribeToken(token: string): Work<Pusher | undefined> {
  const found = yield* row<PusherRow>(`select ${COLUMNS} from pushers where unsubscribe_token = ?`, token);
  return found && fromRow(found);
}

export function* remove(userId: UserId, appId: string, pushkey: string): Work<void> {
  yield* execute('delete from pushers where user_id = ? and app_id = ? and pushkey = ?', userId, appId, pushkey);
}

/** Takes a device away from all other users. */
export function* removeOfOthers(userId: UserId, appId: string, pushkey: string): Work<void> {
  yield* execute('delete from pushers where user_id <> ? and app_id = ? and pushkey = ?', userId, appId, pushkey);
}

/** Removes the pushers of an app with a pushkey that the gateway does not want any more. */
export function* removeRejected(appId: string, pushkey: string): Work<void> {
  yield* execute('delete from pushers where app_id = ? and pushkey = ?', appId, pushkey);
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from pushers where user_id = ?', userId);
}

/** Notes that the gateway took something. @param badge what it was told */
export function* noteSuccess(pusherId: number, badge: number): Work<void> {
  yield* execute('update pushers set badge = ?, failures = 0, retry_ts = 0 where pusher_id = ?', badge, pusherId);
}

/** Notes that the gateway failed. @param retryTs when it is to be tried again, milliseconds since the epoch */
export function* noteFailure(pusherId: number, retryTs: number): Work<void> {
  yield* execute('update pushers set failures = failures + 1, retry_ts = ? where pusher_id = ?', retryTs, pusherId);
}

/** Lets a pusher of mails wait. @param pause for how long it will have been silent then; undefined to begin anew. @param retryTs ms since the epoch */
export function* noteMailed(pusherId: number, pause: number | undefined, retryTs: number): Work<void> {
  yield* execute('update pushers set mail_pause = ?, retry_ts = ? where pusher_id = ?', pause ?? null, retryTs, pusherId);
}
