import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Outgoing } from '../../engine/outgoing.ts';
import { invalidParam, missingParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushers from '../../store/pushers.ts';
import type { PusherSettings } from '../../store/pushers.ts';
import { defineOperation } from '../define.ts';

/** A pusher as a client wants it, by its app and key. */
interface PusherWish {
  readonly appId: string;
  readonly pushkey: string;
  /** Undefined to delete it; then the rest need not be there. */
  readonly kind: string | undefined;
  readonly appDisplayName: string | undefined;
  readonly deviceDisplayName: string | undefined;
  readonly profileTag: string | undefined;
  readonly lang: string | undefined;
  readonly data: JsonObject | undefined;
  /** Whether other users may keep pushers by the same app and key. */
  readonly append: boolean;
}

const GATEWAY_PATH = '/_matrix/push/v1/notify';
/** Bytes and characters. */
const MAX_PUSHKEY = 512;
const MAX_APP_ID = 64;

/**
 * Makes, changes or deletes one of the user's pushers: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset
 * @throws M_MISSING_PARAM, M_INVALID_PARAM
 */
export const setPusher = defineOperation({
  name: 'set-pusher',
  prepare(context, { userId, deviceId }, wish: PusherWish) {
    const { appId, pushkey, append } = wish;
    if (Buffer.byteLength(pushkey) > MAX_PUSHKEY) throw invalidParam(`A pushkey may have at most ${MAX_PUSHKEY} bytes`);
    if (appId.length > MAX_APP_ID) throw invalidParam(`An app_id may have at most ${MAX_APP_ID} characters`);
    return { userId, deviceId, appId, pushkey, append, settings: settingsOf(wish, context.outgoing), now: context.clock.now() };
  },
  *commit({ userId, deviceId, appId, pushkey, settings, append, now }): Work<void> {
    if (settings === undefined) return yield* pushers.remove(userId, appId, pushkey);
    if (!append) yield* pushers.removeOfOthers(userId, appId, pushkey);
    yield* pushers.put(userId, deviceId, settings, now);
  },
});

function settingsOf(wish: PusherWish, outgoing: Outgoing): PusherSettings | undefined {
  const { kind, appDisplayName, deviceDisplayName, lang, data } = wish;
  if (kind === undefined) return undefined;
  if (appDisplayName === undefined || deviceDisplayName === undefined || lang === undefined || data === undefined) {
    throw missingParam('A pusher needs app_display_name, device_display_name, lang and data');
  }
  if (kind !== 'http') throw invalidParam(`This server has no pushers of the kind ${kind}, only "http"`);
  checkGateway(stringAt(data, 'url'), outgoing);
  const { appId, pushkey, profileTag } = wish;
  return { appId, pushkey, kind, appDisplayName, deviceDisplayName, profileTag, lang, data };
}

function checkGateway(url: string | undefined, outgoing: Outgoing): void {
  if (url === undefined) throw missingParam('An http pusher needs data.url, the address of its gateway');
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target?.pathname !== GATEWAY_PATH) throw invalidParam(`data.url must be the address of a push gateway, which ends in ${GATEWAY_PATH}`);
  // In one's own network, where the administrator has opened it, there may be no certificates.
  const isPlain = target.protocol === 'http:' && outgoing.isAllowed(target.hostname);
  if (target.protocol !== 'https:' && !isPlain) throw invalidParam('data.url must be an https address');
}
