import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { OperationName } from '../../kernel/contract.ts';
import type { AskWho } from '../accounts/authentication.ts';

/** Somebody tries to complete a stage. */
export interface Attempt {
  /** Who has to prove that it is them; undefined where nobody is logged in. */
  readonly userId: UserId | undefined;
  /** What they want to do. */
  readonly operation: OperationName;
  /** Asks the modules who somebody is; undefined where nobody has to prove that. */
  readonly ask: AskWho | undefined;
}

/** One step of a flow: https://spec.matrix.org/v1.19/client-server-api/#authentication-types */
export interface Stage {
  /** E.g. `m.login.password`. */
  readonly type: string;
  /** What a client must know to complete it. */
  readonly params?: JsonObject;
  /** What its page needs to know beyond that. */
  pageParams?(userId: UserId | undefined, session: string): Promise<JsonObject>;
  /**
   * Looks at what the client submitted.
   * @returns what the operation may want to know of it afterwards; it is stored, so it must be no secret
   * @throws MatrixError when the attempt has failed
   */
  check(auth: JsonObject, attempt: Attempt): Promise<JsonValue>;
}
