import type { Questions } from '../../kernel/questions.ts';
import type { Purpose } from '../../store/validation-sessions.ts';

/** What modules are asked about a mail address; nothing where it belongs to an account already. */
export const mayUseAddress = (purpose: Purpose, address: string | undefined): Questions['is_3pid_allowed']['args'][] =>
  address === undefined || purpose === 'password' ? [] : [['email', address, purpose === 'register']];
