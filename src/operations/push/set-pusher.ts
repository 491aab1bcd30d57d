import { stringAt, type JsonObject } from '../../core/json.ts';
import { canonicalAddress } from '../../engine/accounts/third-party-identifier.ts';
import type { Outgoing } from '../../engine/outgoing.ts';
import { newToken } from '../../engine/tokens.ts';
import { invalidParam, MatrixError, missingParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushers from '../../store/pushers.ts';
import { MAIL, type PusherSettings } from '../../store/pushers.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { Context } from '../context.ts';
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
 * @throws M_MISSING_PARAM, M_INVALID_PARAM, M_THREEPID_NOT_FOUND for mails to an address that is not the account's
 */
export const setPusher = defineOperation({
  name: 'set-pusher',
  prepare(context, { userId, deviceId }, wish: PusherWish) {
    const { appId, append } = wish;
    const pushkey = appId === MAIL.appId ? canonicalAddress('email', wish.pushkey) : wish.pushkey;
    if (Buffer.byteLength(pushkey) > MAX_PUSHKEY) throw invalidParam(`A pushkey may have at most ${MAX_PUSHKEY} bytes`);
    if (appId.length > MAX_APP_ID) throw invalidParam(`An app_id may have at most ${MAX_APP_ID} characters`);
    const settings = settingsOf({ ...wish, pushkey }, context);
    return { userId, deviceId, appId, pushkey, append, settings, unsubscribeToken: newToken('plu'), now: context.clock.now() };
  },
  *commit({ userId, deviceId, appId, pushkey, settings, append, unsubscribeToken, now }): Work<void> {
    if (settings === undefined) return yield* pushers.remove(userId, appId, pushkey);
    if (settings.kind === MAIL.kind) {
      if ((yield* thirdPartyIds.ownerOf('email', pushkey)) !== userId)
        throw new MatrixError(400, 'M_THREEPID_NOT_FOUND', 'Mails can be sent to addresses of your account only: add this one first');
      // Mails are for the times when no device is there, so that such a pusher stays when the device goes.
      return yield* pushers.put(userId, undefined, settings, now, unsubscribeToken);
    }
    if (!append) yield* pushers.removeOfOthers(userId, appId, pushkey);
    yield* pushers.put(userId, deviceId, settings, now);
  },
});

function settingsOf(wish: PusherWish, { config, outgoing }: Pick<Context, 'config' | 'outgoing'>): PusherSettings | undefined {
  const { kind, appDisplayName, deviceDisplayName, lang, data } = wish;
  if (kind === undefined) return undefined;
  if (appDisplayName === undefined || deviceDisplayName === undefined || lang === undefined || data === undefined) {
    throw missingParam('A pusher needs app_display_name, device_display_name, lang and data');
  }
  if (kind === 'http') checkGateway(stringAt(data, 'url'), outgoing);
  else if (kind !== MAIL.kind) throw invalidParam(`This server has no pushers of the kind ${kind}, only "http" and "email"`);
  else if (config.mail === undefined) throw invalidParam('This server does not send mails');
  if ((kind === MAIL.kind) !== (wish.appId === MAIL.appId)) throw invalidParam(`The app_id of pushers of mails, and of no others, is ${MAIL.appId}`);
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
