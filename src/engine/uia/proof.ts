import type { JsonValue } from '../../core/json.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as uiaSessions from '../../store/uia-sessions.ts';

/** Says that all stages of a flow were completed for one request. It is good for once: whoever relies on it must `redeem` it in the commit. */
export interface Proof {
  /** Undefined when one request was enough, so that no session was ever stored. */
  readonly sessionHash: string | undefined;
  /** What the completed stages have come to. */
  readonly results: ReadonlyMap<string, JsonValue>;
}

/** Ends the session of a proof, in the transaction that does what was authorised. @throws M_FORBIDDEN when it was used before */
export function* redeem(proof: Proof): Work<void> {
  if (proof.sessionHash === undefined) return;
  const isFirst = yield* uiaSessions.remove(proof.sessionHash);
  if (!isFirst) throw forbidden('This authentication was used already: begin again');
}
