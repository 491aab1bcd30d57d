import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../core/json.ts';
import type { KeyValueStore } from '../api/storage.ts';
import type { Peer } from './peer.ts';

/** How often a change is tried again because somebody else changed the value meanwhile. */
const TRIALS = 100;

/** A module's values by key; a change is made here and kept where the value is still what it was made of. */
export function storeInThread(peer: Peer): KeyValueStore {
  const ask = (method: string, ...args: readonly unknown[]): Promise<never> => peer.call(`api.store.${method}`, ...args) as Promise<never>;
  return Object.freeze<KeyValueStore>({
    get: (key) => ask('get', key),
    set: (key, value) => ask('set', key, value),
    delete: (key) => ask('delete', key),
    list: (options) => ask('list', options),
    async update(key, change) {
      for (let trial = 0; trial < TRIALS; trial++) {
        const value = (await ask('get', key)) as JsonValue | undefined;
        const changed = change(structuredClone(value));
        if (await peer.call('exchangeValue', key, value, changed)) return changed;
      }
      throw new Error(`${key} changes too often to be updated`);
    },
  });
}

/** In the server's thread: puts a value in the place of another, if that is still there. */
export const exchangeValue =
  (store: KeyValueStore) =>
  async (key: unknown, expected: unknown, value: unknown): Promise<boolean> => {
    let done = false;
    await store.update(key as string, (present) => {
      done = isDeepStrictEqual(present, expected);
      return done ? (value as JsonValue | undefined) : present;
    });
    return done;
  };
