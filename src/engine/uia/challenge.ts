import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';

/**
 * Tells a client how to authenticate: https://spec.matrix.org/v1.19/client-server-api/#user-interactive-api-in-the-rest-api
 * It has an error code only after an attempt that failed.
 */
export class Challenge extends MatrixError {
  readonly #failed: boolean;

  constructor(fields: JsonObject, failure: { readonly errcode: string; readonly message: string } | undefined) {
    super(401, failure?.errcode ?? 'M_UNAUTHORIZED', failure?.message ?? 'This has to be authenticated first', fields);
    this.#failed = failure !== undefined;
  }

  override body(): JsonObject {
    return this.#failed ? super.body() : this.fields;
  }
}
