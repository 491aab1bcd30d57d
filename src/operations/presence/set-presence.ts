import type { UserId } from '../../core/identifiers.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { PresenceState } from '../../kernel/question-values.ts';
import type { Work } from '../../kernel/work.ts';
import * as presence from '../../store/presence.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Setting {
  readonly userId: UserId;
  readonly state: PresenceState['state'];
  readonly statusMsg: string | undefined;
}

/** It is told to everybody in the user's rooms again and again. */
const MAX_STATUS_BYTES = 2_048;

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus */
export const setPresence = defineOperation({
  name: 'set-presence',
  async prepare(context, who, { userId, state, statusMsg }: Setting) {
    onlyOwn(who, userId, 'The presence');
    if (Buffer.byteLength(statusMsg ?? '') > MAX_STATUS_BYTES) throw invalidParam(`"status_msg" may have at most ${MAX_STATUS_BYTES} bytes`);
    return context.presence.set(who, state, statusMsg);
  },
  *commit(stated): Work<void> {
    if (stated !== undefined) yield* presence.put(stated);
  },
});
