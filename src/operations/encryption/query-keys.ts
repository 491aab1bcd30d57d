import type { UserId } from '../../core/identifiers.ts';
import { homesOf, type Homes } from '../../engine/encryption/homes.ts';
import { keysAsSeenBy, type KnownKeys } from '../../engine/encryption/known-keys.ts';
import * as users from '../../store/users.ts';
import { defineRead } from '../define.ts';

export type { KnownKeys };

/** How many users are read at once. */
const PAGE = 100;

/** The devices that are asked for of each user; all of them when the list is empty. */
export type Queried = ReadonlyMap<UserId, readonly string[]>;

export interface QueriedKeys {
  /** Unknown users are missing. */
  readonly users: ReadonlyMap<UserId, KnownKeys>;
  readonly failures: Homes['failures'];
}

/** The keys of users and their devices: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery */
export const queryKeys = defineRead({
  name: 'query-keys',
  async prepare(context, who, queried: Queried): Promise<QueriedKeys> {
    const { local, failures } = homesOf([...queried.keys()], context.serverName);
    const found = new Map<UserId, KnownKeys>();
    for (let start = 0; start < local.length; start += PAGE) {
      const page = local.slice(start, start + PAGE);
      const known = await context.read(() => users.existing(page));
      const keys = await context.read(() => keysAsSeenBy(who.userId, known));
      for (const [userId, ofUser] of keys) found.set(userId, only(ofUser, queried.get(userId) ?? []));
    }
    return { users: found, failures };
  },
});

function only(keys: KnownKeys, devices: readonly string[]): KnownKeys {
  if (devices.length === 0) return keys;
  const wanted = new Set(devices);
  return { ...keys, devices: new Map([...keys.devices].filter(([deviceId]) => wanted.has(deviceId))) };
}
