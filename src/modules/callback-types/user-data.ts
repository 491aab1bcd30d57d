import type { JsonObject } from '../../core/json.ts';
import type { Answer } from './values.ts';

/** `registerUserDataCallbacks`. What a module keeps of people is theirs. */
export interface UserDataCallbacks {
  /**
   * What the module keeps of a user.
   * @param userId of whom
   * @returns an object of JSON; nothing when that is nothing
   * @asked when an administrator exports what is kept of somebody (`plexus export-user`)
   * @exempt nobody
   * @refused nothing: when a module fails, there is no export, as it would not be whole
   * @synapse has no such callback
   */
  on_user_data_export?(userId: string): Answer<JsonObject | null | undefined>;
  /**
   * A user ended their account and wants as little as possible to be kept of them: the module forgets what it can.
   * @param userId who
   * @returns nothing that matters
   * @asked after an account was deactivated with `erase: true`
   * @exempt accounts that are deactivated without it
   * @refused nothing: the account has ended
   * @synapse has no such callback
   */
  on_user_erase?(userId: string): Answer<void>;
}
