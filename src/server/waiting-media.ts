import { Gauge, type Registry } from 'prom-client';
import type { Reader } from '../kernel/database.ts';
import * as mediaStorage from '../store/media-storage.ts';
import type { WaitingMedia } from '../store/media-storage.ts';

/** The numbers of what is still to be done in storages for media, looked up whenever somebody wants to see them: once for all of them. */
export function countWaitingMedia(registry: Registry, reader: Reader): void {
  let asked: Promise<WaitingMedia> | undefined;
  const waiting = (): Promise<WaitingMedia> => (asked ??= reader.read(() => mediaStorage.waiting()).finally(() => (asked = undefined)));
  const files = new Gauge({
    name: 'plexus_media_waiting',
    help: 'Files that wait to be copied into a storage for media, or to be deleted',
    labelNames: ['for'] as const,
    registers: [],
    async collect() {
      const { copies, deletions } = await waiting();
      this.set({ for: 'copy' }, copies);
      this.set({ for: 'deletion' }, deletions);
    },
  });
  const bytes = new Gauge({
    name: 'plexus_media_waiting_bytes',
    help: 'Bytes that wait to be copied into a storage for media',
    registers: [],
    async collect() {
      this.set((await waiting()).bytes);
    },
  });
  for (const gauge of [files, bytes]) registry.registerMetric(gauge);
}
