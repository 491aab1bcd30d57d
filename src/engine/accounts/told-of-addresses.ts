import type { UserId } from '../../core/identifiers.ts';
import type { Listeners } from '../../kernel/questions.ts';

interface Address {
  readonly medium: string;
  readonly address: string;
}
type Told<L extends keyof Listeners> = Record<L, Listeners[L][]>;

const calls = (userId: UserId, addresses: readonly Address[]): [UserId, string, string][] =>
  addresses.map(({ medium, address }) => [userId, medium, address]);

/** Who is told that an account has these addresses now. */
export const toldOfAdded = (userId: UserId, addresses: readonly Address[]): Told<'on_add_user_third_party_identifier' | 'on_threepid_bind'> => ({
  on_add_user_third_party_identifier: calls(userId, addresses),
  on_threepid_bind: calls(userId, addresses),
});

/** Who is told that an account has them no more. */
export const toldOfRemoved = (userId: UserId, addresses: readonly Address[]): Told<'on_remove_user_third_party_identifier'> => ({
  on_remove_user_third_party_identifier: calls(userId, addresses),
});
