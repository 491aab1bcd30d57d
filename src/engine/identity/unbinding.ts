import type { ServerName, UserId } from '../../core/identifiers.ts';
import type { Log } from '../../kernel/log.ts';
import type { Work } from '../../kernel/work.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import type { IdentityBinding } from '../../store/identity-bindings.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { canonicalAddress } from '../accounts/third-party-identifier.ts';
import type { IdentityServers, UnbindResult } from './identity-servers.ts';
import type { ThirdPartyAddress } from './lookup-hash.ts';

/** What identity servers have to forget, and what came of it. */
export interface Unbinding {
  readonly userId: UserId;
  readonly bindings: readonly IdentityBinding[];
  /** `no-support` also where nobody knows which identity server would have to be asked. */
  readonly result: UnbindResult;
  /** Those that are undone. */
  readonly undone: readonly IdentityBinding[];
}

const nothingDone = (userId: UserId, bindings: readonly IdentityBinding[]): Unbinding => ({ userId, bindings, result: 'no-support', undone: [] });

/** One address: at the identity server that is named, else wherever this server has bound it. */
export function* unbindingOf(userId: UserId, named: ThirdPartyAddress, idServer: ServerName | undefined): Work<Unbinding> {
  const address = canonicalAddress(named.medium, named.address);
  const known = yield* identityBindings.listFor(userId);
  const bound = known.filter((each) => each.medium === named.medium && canonicalAddress(each.medium, each.address) === address);
  if (idServer === undefined) return nothingDone(userId, bound);
  const there = bound.filter((each) => each.idServer === idServer);
  return nothingDone(userId, there.length > 0 ? there : [{ medium: named.medium, address, idServer }]);
}

/** Some addresses of a user, wherever this server has bound them. */
export function* unbindingOfSome(userId: UserId, addresses: readonly ThirdPartyAddress[]): Work<Unbinding> {
  const wanted = new Set(addresses.map(({ medium, address }) => `${medium} ${address}`));
  const bound = yield* identityBindings.listFor(userId);
  return nothingDone(
    userId,
    bound.filter(({ medium, address }) => wanted.has(`${medium} ${canonicalAddress(medium, address)}`)),
  );
}

/** All addresses of a user: at the identity server that is named, else wherever this server has bound them. */
export function* unbindingOfAll(userId: UserId, idServer: ServerName | undefined): Work<Unbinding> {
  const bound = yield* identityBindings.listFor(userId);
  if (idServer === undefined) return nothingDone(userId, bound);
  const addresses = [...bound, ...(yield* thirdPartyIds.listFor(userId))].map(({ medium, address }) => ({ medium, address, idServer }));
  return nothingDone(userId, [...new Map(addresses.map((each) => [`${each.medium} ${each.address}`, each])).values()]);
}

/** @throws the error of an identity server that refuses; M_UNKNOWN (502) when one cannot be reached */
export async function unbind(identityServers: IdentityServers, { userId, bindings }: Unbinding): Promise<Unbinding> {
  const undone: IdentityBinding[] = [];
  for (const binding of bindings) {
    if ((await identityServers.unbind(binding.idServer, binding, userId)) === 'success') undone.push(binding);
  }
  const isDone = bindings.length > 0 && undone.length === bindings.length;
  return { userId, bindings, undone, result: isDone ? 'success' : 'no-support' };
}

/** The same where the identity servers must not stop what is done at this server. */
export async function tryToUnbind(identityServers: IdentityServers, log: Log, { userId, bindings }: Unbinding): Promise<Unbinding> {
  const attempts = bindings.map(async (binding) => {
    try {
      return (await unbind(identityServers, nothingDone(userId, [binding]))).undone;
    } catch (error) {
      log.info({ error, userId, idServer: binding.idServer }, 'an identity server did not unbind an address');
      return [];
    }
  });
  const undone = (await Promise.all(attempts)).flat();
  const isDone = bindings.length > 0 && undone.length === bindings.length;
  return { userId, bindings, undone, result: isDone ? 'success' : 'no-support' };
}

/** What the owner of all those addresses is told: nothing that was bound is as good as all undone. */
export const unboundOf = ({ bindings, result }: Unbinding): UnbindResult => (bindings.length === 0 ? 'success' : result);

/** Forgets, in the transaction of the operation, what was undone. */
export function* noteUnbound({ userId, undone }: Unbinding): Work<void> {
  for (const binding of undone) yield* identityBindings.remove(userId, binding);
}
