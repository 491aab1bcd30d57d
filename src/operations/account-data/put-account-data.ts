import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Putting {
  readonly userId: UserId;
  /** Undefined for global account data. */
  readonly roomId: RoomId | undefined;
  readonly type: string;
  readonly content: JsonObject;
}

/** What clients change by endpoints of its own. */
const SERVER_MANAGED = new Map([
  ['m.fully_read', 'POST /rooms/{roomId}/read_markers'],
  ['m.push_rules', 'the endpoints under /pushrules'],
]);
const MAX_TYPE_BYTES = 255;
/** Bytes. All of it comes with every initial sync. */
const MAX_CONTENT = 1_048_576;

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype */
export const putAccountData = defineOperation({
  name: 'put-account-data',
  prepare(_context, who, input: Putting) {
    onlyOwn(who, input.userId, 'Account data');
    const instead = SERVER_MANAGED.get(input.type);
    if (instead !== undefined) throw new MatrixError(405, 'M_BAD_JSON', `${input.type} is managed by the server: use ${instead}`);
    if (Buffer.byteLength(input.type) > MAX_TYPE_BYTES) throw invalidParam(`A type may have at most ${MAX_TYPE_BYTES} bytes`);
    if (Buffer.byteLength(JSON.stringify(input.content)) > MAX_CONTENT) {
      throw new MatrixError(413, 'M_TOO_LARGE', `Account data of one type may have at most ${MAX_CONTENT} bytes`);
    }
    return input;
  },
  *commit({ userId, roomId, type, content }): Work<void> {
    yield* accountData.put(userId, roomId, type, content);
  },
  listeners: ({ userId, roomId, type, content }) => ({ on_account_data_updated: [[userId, roomId, type, content]] }),
});
