import { createRequire, Module } from 'node:module';
import type * as BotSdk from '@vector-im/matrix-bot-sdk';

const require = createRequire(import.meta.url);
/** Taken as the SDK finds it, which has its own copy perhaps. */
const requireOfSdk = createRequire(require.resolve('@vector-im/matrix-bot-sdk'));
const NATIVE_CRYPTO = '@matrix-org/matrix-sdk-crypto-nodejs';

/**
 * matrix-bot-sdk without its native crypto. That package downloads a program from the web when it is installed, which this project does not
 * let it do; the SDK wants it when it is loaded, and uses it in encrypted rooms only.
 */
export function loadBotSdk(): typeof BotSdk {
  const path = requireOfSdk.resolve(NATIVE_CRYPTO);
  if (require.cache[path] === undefined) {
    const standIn = new Module(path);
    standIn.exports = { StoreType: {} };
    standIn.loaded = true;
    require.cache[path] = standIn;
  }
  return require('@vector-im/matrix-bot-sdk') as typeof BotSdk;
}
