import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { OperationName } from '../../kernel/contract.ts';

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
   * @param userId who has to prove that it is them; undefined where nobody is logged in
   * @param operation what they want to do
   * @returns what the operation may want to know of it afterwards; it is stored, so it must be no secret
   * @throws MatrixError when the attempt has failed
   */
  check(auth: JsonObject, userId: UserId | undefined, operation: OperationName): Promise<JsonValue>;
}
