import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { OperationName } from '../../kernel/contract.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { ClientLink } from './client-link.ts';

/** What is asked before a client gets at an account. */
export interface LoginQuestion {
  readonly state: 'login-question';
  readonly flowId: string;
  readonly client: ClientLink;
  readonly userId: UserId;
  /** Whether the account is still to be made. */
  readonly isNew: boolean;
  /** What the owner of a new account has to accept: `policies`, as the stage m.login.terms has them. */
  readonly terms: JsonObject | undefined;
  readonly problem?: string;
}

/** What is asked before a client may do what has to be authenticated. */
export interface ConfirmationQuestion {
  readonly state: 'confirmation-question';
  readonly flowId: string;
  readonly userId: UserId;
  readonly operation: OperationName;
}

/** What a browser is shown on the way through single sign-on, or where it is sent. `cookie` is a header that sets one. */
export type SsoAnswer =
  | { readonly state: 'away'; readonly url: string; readonly cookie: string }
  | { readonly state: 'choice'; readonly providers: readonly { readonly name: string; readonly url: string }[] }
  | { readonly state: 'returned'; readonly url: string }
  | LoginQuestion
  | ConfirmationQuestion
  | { readonly state: 'finished'; readonly url: string; readonly cookie: string }
  | { readonly state: 'confirmed'; readonly cookie?: string }
  | { readonly state: 'refused'; readonly status: number; readonly problem: string };

/** A person reads the page, so what is wrong stands on it. @throws whatever nobody has foreseen */
export function refused(error: unknown): SsoAnswer {
  if (error instanceof MatrixError) return { state: 'refused', status: error.status, problem: error.message };
  throw error;
}
