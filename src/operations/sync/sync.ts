import type { PresenceState } from '../../kernel/question-values.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { WrittenJson } from '../../kernel/written-json.ts';
import type { SyncQuery } from '../../sync/assemble.ts';
import { parseSyncToken } from '../../sync/token.ts';
import type { Context } from '../context.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync */
export interface SyncInput {
  readonly since: string | undefined;
  /** The id of a filter, or a filter as JSON. */
  readonly filter: string | undefined;
  readonly fullState: boolean;
  readonly useStateAfter: boolean;
  /** What the device is to be seen as while it syncs; `offline` leaves its presence as it is. */
  readonly setPresence: PresenceState['state'];
  /** Milliseconds. */
  readonly timeout: number;
  /** Fires when the client has gone away; made for those who wait. */
  readonly signal: () => AbortSignal;
}

/** The longest that a client may wait (ms). */
const MAX_TIMEOUT = 10 * 60_000;

/** Tells a device what is new; when there is nothing, waits until there is. */
export const sync = defineRead({
  name: 'sync',
  async prepare(context, who, input: SyncInput, ask): Promise<WrittenJson> {
    const interestedIn = await ask('get_interested_users', who.userId);
    const synced = await context.presence.syncing(who, input.setPresence);
    return answer(context, who, input, { interestedIn, addFields: ask.addFields }).finally(synced);
  },
});

/** Reads what is new, and again each time when something may be. */
async function answer(
  context: Context,
  who: Requester,
  input: SyncInput,
  byModules: Pick<SyncQuery, 'interestedIn' | 'addFields'>,
): Promise<WrittenJson> {
  const { clock, notifier, assembler } = context;
  const { fullState, useStateAfter } = input;
  const since = input.since === undefined ? undefined : parseSyncToken(input.since);
  const filter = await context.filters.of(who.userId, input.filter);
  const deadline = clock.now() + Math.min(input.timeout, MAX_TIMEOUT);
  for (;;) {
    const wait = deadline - clock.now();
    const signal = wait > 0 ? input.signal() : undefined;
    // Whoever waits must be registered before they read, or what happens in between would wake nobody.
    const listening = signal && notifier.listen([`user:${who.userId}`], wait, signal);
    try {
      const { userId, deviceId } = who;
      const reply = await assembler.assemble({ userId, deviceId, since, filter, ...byModules, fullState, useStateAfter, now: clock.now() });
      const mayWait = since !== undefined && !fullState && signal?.aborted === false && !notifier.closed;
      if (reply.isNews || listening === undefined || !mayWait) return reply.body;
      await listening.woken;
      await context.access.recheck(who);
    } finally {
      listening?.cancel();
    }
  }
}
