import type { Notifier } from '../engine/notifier.ts';
import { sleep, type Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Log } from '../kernel/log.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { deliverPush } from '../operations/push/deliver-push.ts';
import { mailNotifications } from '../operations/push/mail-notifications.ts';
import * as pushQueue from '../store/push-queue.ts';
import type { WaitingPusher } from '../store/push-queue.ts';
import { MAIL } from '../store/pushers.ts';

interface DeliveryServices {
  readonly reader: Reader;
  readonly run: Run;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** Gateways that are spoken to at the same time. */
const AT_ONCE = 50;
/** For how long a pusher is left alone when the server itself fails (ms). */
const PAUSE = 60_000;
/** The longest that a timer can run (ms). */
const FOREVER = 2_147_483_647;

/**
 * Brings what is queued to the push gateways, or into mails: for each pusher in order, one after the other; different pushers beside each other, so
 * that a slow gateway holds up nobody else.
 */
export class PushDelivery {
  readonly #services: DeliveryServices;
  readonly #stopped = new AbortController();
  /** The pushers that are being served. */
  readonly #busy = new Map<number, Promise<void>>();
  #listening: { cancel(): void } | undefined;
  #loop: Promise<void> | undefined;

  constructor(services: DeliveryServices) {
    this.#services = services;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when everything was pushed that can be pushed now. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#begin();
      if (this.#busy.size === 0) return;
      await Promise.all(this.#busy.values());
    }
  }

  /** Begins nothing more, and breaks off what waits for a gateway: it stays in the queue. */
  stop(): void {
    this.#stopped.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#loop;
    await Promise.all(this.#busy.values());
  }

  async #run(): Promise<void> {
    const { notifier, clock } = this.#services;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const listening = notifier.listen(['queue:pushes'], FOREVER, signal);
      this.#listening = listening;
      const wait = await this.#begin();
      const retry = wait === undefined ? undefined : clock.after(wait, () => listening.cancel());
      await listening.woken;
      retry?.cancel();
      listening.cancel();
    }
  }

  /** Begins to serve the pushers whose time has come. @returns ms until the next one's */
  async #begin(): Promise<number | undefined> {
    const { reader, clock } = this.#services;
    if (this.#stopped.signal.aborted) return undefined;
    const waiting = await reader.read(() => pushQueue.waiting(AT_ONCE + this.#busy.size));
    const now = clock.now();
    const later = waiting.filter(({ retryTs }) => retryTs > now).map(({ retryTs }) => retryTs - now);
    for (const pusher of waiting) {
      const { pusherId, retryTs } = pusher;
      if (retryTs > now || this.#busy.has(pusherId) || this.#busy.size >= AT_ONCE) continue;
      this.#busy.set(pusherId, this.#serve(pusher));
    }
    return later.length === 0 ? undefined : Math.min(...later);
  }

  /** Goes on until the queue of a pusher is empty, or its gateway fails. */
  async #serve({ pusherId, kind }: WaitingPusher): Promise<void> {
    const { run, clock, log } = this.#services;
    const { signal } = this.#stopped;
    try {
      const next = (): Promise<boolean> =>
        kind === MAIL.kind ? run(mailNotifications, SERVER_ITSELF, pusherId) : run(deliverPush, SERVER_ITSELF, { pusherId, signal });
      while (!signal.aborted && (await next()));
    } catch (error) {
      if (!signal.aborted) log.error({ error, pusherId }, 'what came of a push could not be noted');
      await sleep(clock, PAUSE, signal);
    } finally {
      this.#busy.delete(pusherId);
      this.#listening?.cancel();
    }
  }
}
