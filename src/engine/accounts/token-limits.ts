import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { TokenLimits } from '../../store/registration-tokens.ts';

/** @param now milliseconds since the epoch. @throws M_INVALID_PARAM for limits that no token can have */
export function checkLimits({ usesAllowed, expiresTs }: TokenLimits, now: number): void {
  if (typeof usesAllowed === 'number' && usesAllowed < 0) throw invalidParam('uses_allowed must not be below 0');
  if (typeof expiresTs === 'number' && expiresTs < now) throw invalidParam('expiry_time must be in the future');
}

export const noSuchToken = (token: string): Error => notFound(`There is no registration token ${token}`);
