import { MatrixError } from './errors.ts';
import type { ListenerName, Listeners } from './questions.ts';

/**
 * A refusal that modules are told of: an operation throws it, naming a listener of its line in the Contract, and the runner tells them
 * before the client hears of it.
 */
export class ToldRefusal<L extends ListenerName = ListenerName> extends MatrixError {
  readonly listener: L;
  readonly args: Listeners[L];

  constructor(refusal: MatrixError, listener: L, args: Listeners[L]) {
    super(refusal.status, refusal.errcode, refusal.message, refusal.fields);
    this.listener = listener;
    this.args = args;
  }
}
