import type { Config } from '../config/config.ts';
import type { MailSender } from '../engine/mail/mailer.ts';
import type { UsedFiles } from '../engine/media/used-files.ts';
import type { Rulesets } from '../engine/notifications/rulesets.ts';
import type { SearchIndex } from '../engine/search/search-index.ts';
import type { Notifier } from '../engine/notifier.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Log } from '../kernel/log.ts';
import type { Run } from '../kernel/operation.ts';
import { departuresQueue } from './departures.ts';
import { DecisionPruning } from './decision-pruning.ts';
import { mailsQueue } from './mails.ts';
import { MediaStorageQueue } from './media-storage.ts';
import { notifiedUsersQueue } from './notified-users.ts';
import { profileUpdatesQueue } from './profile-updates.ts';
import { PushDelivery } from './push-delivery.ts';
import { RoomDeletionsQueue } from './room-deletions.ts';
import { QueueWorker } from './queue-worker.ts';
import { searchIndexQueue } from './search-index.ts';

export interface WorkerServices {
  readonly reader: Reader;
  readonly run: Run;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where the server sends no mails. */
  readonly mailer: MailSender | undefined;
  readonly rulesets: Rulesets;
  readonly searchIndex: SearchIndex;
  readonly config: Config;
  readonly usedFiles: UsedFiles;
}

/** Everything that drains a queue in the background. It begins at once. */
export class Workers {
  readonly #workers: readonly Pick<QueueWorker<object>, 'start' | 'idle' | 'stop' | 'close'>[];

  constructor(services: WorkerServices) {
    const { reader, run, mailer, clock, notifier, rulesets } = services;
    this.#workers = [
      new QueueWorker(departuresQueue(reader, run), services),
      new QueueWorker(profileUpdatesQueue(reader, run), services),
      new QueueWorker(new RoomDeletionsQueue(services), services),
      // Those who are found to be notified first, so that they are told before all is idle.
      new QueueWorker(notifiedUsersQueue(reader, run, notifier, rulesets), services),
      new PushDelivery(services),
      new QueueWorker(searchIndexQueue(services.searchIndex, notifier), services),
      new DecisionPruning(services),
      new QueueWorker(new MediaStorageQueue(services), services),
      // After those that queue mails.
      ...(mailer === undefined ? [] : [new QueueWorker(mailsQueue(reader, run, mailer, clock), services)]),
    ];
    for (const worker of this.#workers) worker.start();
  }

  /** Resolves when everything that can be done was done. */
  async idle(): Promise<void> {
    for (const worker of this.#workers) await worker.idle();
  }

  /** Begins nothing more. */
  stop(): void {
    for (const worker of this.#workers) worker.stop();
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
