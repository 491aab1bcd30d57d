import type { UserId } from '../../core/identifiers.ts';
import type { Listeners } from '../../kernel/questions.ts';
import type { ClosedAccount } from './close-account.ts';
import { loggedOut } from './logged-out.ts';
import { toldOfRemoved } from './told-of-addresses.ts';

type Told = {
  readonly [
    L in 'on_logged_out' | 'on_remove_user_third_party_identifier' | 'on_profile_update' | 'on_user_deactivation_status_changed' | 'on_user_erase'
  ]: readonly Listeners[L][];
};

/** Who is told that an account has ended. */
export const toldOfDeactivation = (userId: UserId, { isNew, isErased, addresses, ended }: ClosedAccount, byAdmin: boolean): Told => ({
  on_logged_out: loggedOut(ended),
  ...toldOfRemoved(userId, addresses),
  on_profile_update: isErased ? [[userId, { displayName: undefined, avatarUrl: undefined }, byAdmin, true]] : [],
  on_user_deactivation_status_changed: isNew ? [[userId, true, byAdmin]] : [],
  on_user_erase: isErased ? [[userId]] : [],
});
