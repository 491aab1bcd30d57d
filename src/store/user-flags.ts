/** What is said of an account by yes or no. */
export interface UserFlags {
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  readonly isDeactivated: boolean;
  readonly isShadowBanned: boolean;
  /** Can do nothing but log out, until an administrator unlocks the account. */
  readonly isLocked: boolean;
  /** Can read, but hardly do anything that others see. */
  readonly isSuspended: boolean;
}

export interface FlagsRow {
  readonly is_guest: number;
  readonly is_admin: number;
  readonly is_deactivated: number;
  readonly is_shadow_banned: number;
  readonly is_locked: number;
  readonly is_suspended: number;
}

/** The columns of a FlagsRow. */
export const FLAGS = 'is_guest, is_admin, is_deactivated, is_shadow_banned, is_locked, is_suspended';

export const flagsOf = (row: FlagsRow): UserFlags => ({
  isGuest: row.is_guest === 1,
  isAdmin: row.is_admin === 1,
  isDeactivated: row.is_deactivated === 1,
  isShadowBanned: row.is_shadow_banned === 1,
  isLocked: row.is_locked === 1,
  isSuspended: row.is_suspended === 1,
});
