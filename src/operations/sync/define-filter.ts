import { parseFilter } from '../../core/filters/parse-filter.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as filters from '../../store/filters.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Definition {
  readonly userId: UserId;
  readonly filter: JsonObject;
}

/** Bytes of JSON: far more than any client needs. */
const MAX_FILTER = 65_536;

/** Keeps a filter for later: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter */
export const defineFilter = defineOperation({
  name: 'define-filter',
  prepare(_context, who, input: Definition) {
    onlyOwn(who, input.userId, 'The filters');
    parseFilter(input.filter);
    if (Buffer.byteLength(JSON.stringify(input.filter)) > MAX_FILTER) {
      throw new MatrixError(413, 'M_TOO_LARGE', `A filter may have at most ${MAX_FILTER} bytes`);
    }
    return input;
  },
  *commit({ userId, filter }): Work<string> {
    return yield* filters.put(userId, filter);
  },
});
