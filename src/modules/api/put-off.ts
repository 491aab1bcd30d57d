import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { BackgroundApi, DelayedCall } from './background.ts';

/*
 * What surrounds modules that are only tried. They are never answered, and not refused: a refusal that a module does not expect would end
 * the process, and be told as a mistake that is none.
 */

export const never = (): Promise<never> => new Promise(() => undefined);

/** On which nothing falls due. */
export const STOPPED_CLOCK: Clock = { ...systemClock, after: () => ({ cancel: () => undefined }) };

const putOff = (): DelayedCall => ({ cancel: () => undefined, active: () => true });

/** Background work that never begins. */
export const PUT_OFF: BackgroundApi = {
  sleep: never,
  runAsBackgroundProcess: never,
  deferToThread: never,
  loopingBackgroundCall: putOff,
  delayedBackgroundCall: putOff,
};
