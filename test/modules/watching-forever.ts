import { unwatchFile, watch, watchFile } from 'node:fs';
import { watch as watchAsync } from 'node:fs/promises';
import { setInterval, setTimeout } from 'node:timers';
import { setInterval as everyMinute, setTimeout as aMinute } from 'node:timers/promises';

/** What goes on for a file or folder until it is ended, in the words of a leak. */
interface GoingOn {
  readonly what: string;
  /** @returns ends it */
  begin(place: string): () => unknown;
}

const MINUTE = 60_000;

/** What the global functions and the channels of Node.js tell nothing of. */
export const GOING_ON: Readonly<Record<string, GoingOn>> = {
  'fs.watch': {
    what: 'a watched file',
    begin(place) {
      const watcher = watch(place);
      return () => watcher.close();
    },
  },
  'fs.watchFile': {
    what: 'a watched file',
    begin(place) {
      const listener = (): void => undefined;
      watchFile(place, { interval: MINUTE }, listener);
      return () => unwatchFile(place, listener);
    },
  },
  'fs.promises.watch': { what: 'a watched file', begin: (place) => looping((signal) => watchAsync(place, { signal })) },
  'setTimeout of node:timers': {
    what: 'a timer',
    begin() {
      const timer = setTimeout(() => undefined, MINUTE);
      return () => clearTimeout(timer);
    },
  },
  'setInterval of node:timers': {
    what: 'a timer',
    begin() {
      const timer = setInterval(() => undefined, MINUTE);
      return () => clearInterval(timer);
    },
  },
  'setTimeout of node:timers/promises': {
    what: 'a timer',
    begin() {
      const end = new AbortController();
      const waiting = aMinute(MINUTE, undefined, { signal: end.signal }).catch(() => undefined);
      return () => (end.abort(), waiting);
    },
  },
  'setInterval of node:timers/promises': { what: 'a timer', begin: () => looping((signal) => everyMinute(MINUTE, undefined, { signal })) },
};

function looping(over: (signal: AbortSignal) => AsyncIterable<unknown>): () => Promise<unknown> {
  const end = new AbortController();
  const loop = (async () => {
    for await (const turn of over(end.signal)) void turn;
  })().catch(() => undefined);
  return () => (end.abort(), loop);
}
