import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { OperationName } from '../../kernel/contract.ts';
import { MatrixError } from '../../kernel/errors.ts';
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

/** Somebody has shown that they are somebody else: trying once more would not help, so it is no challenge but the end. */
export class ProvedAnother extends MatrixError {
  constructor(userId: UserId) {
    super(403, 'M_FORBIDDEN', `This can be confirmed by ${userId} alone, and you have confirmed it as somebody else`);
  }
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
   * @throws MatrixError when the attempt has failed, ProvedAnother when it was somebody else's
   */
  check(auth: JsonObject, attempt: Attempt): Promise<JsonValue>;
}
