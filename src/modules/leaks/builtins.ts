import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import type { End, Note } from './instruments.ts';

/*
 * Node.js has no channel for what these functions open. So others stand in their place that do what they did and note it, for whoever
 * calls them as global functions or imports them.
 */

/** Notices timers, however they are set. */
export function noticeTimers(note: Note): End {
  const noting =
    <Args extends readonly unknown[]>(set: (...args: Args) => NodeJS.Timeout) =>
    (...args: Args): NodeJS.Timeout => {
      const timer = set(...args);
      note('a timer', () => isRunning(timer));
      return timer;
    };
  return together(
    [globalThis, timers].flatMap((place) => [
      instead(place, 'setTimeout', noting(place.setTimeout)),
      instead(place, 'setInterval', noting(place.setInterval)),
    ]),
    instead(timersPromises, 'setTimeout', untilSettled('a timer', note, timersPromises.setTimeout)),
    instead(timersPromises, 'setInterval', untilLeft('a timer', note, timersPromises.setInterval)),
  );
}

/** Notices files and folders that are watched. */
export function noticeWatchedFiles(note: Note): End {
  const noteWatched = (isOpen: () => boolean): void => note('a watched file', isOpen);
  const { watch, watchFile } = fs;
  return together(
    instead(fs, 'watch', (...args: Parameters<typeof watch>) => {
      const watcher = watch(...args);
      let isOpen = true;
      watcher.once('close', () => (isOpen = false));
      noteWatched(() => isOpen);
      return watcher;
    }),
    // All who watch one file are given the same: as long as somebody listens, that goes on.
    instead(fs, 'watchFile', (...args: Parameters<typeof watchFile>) => {
      const watcher = watchFile(...args);
      const listener = args.at(-1);
      noteWatched(() => watcher.listeners('change').some((one) => one === listener));
      return watcher;
    }),
    instead(fs.promises, 'watch', untilLeft('a watched file', note, fs.promises.watch)),
  );
}

type Method<Args extends readonly unknown[], T> = (...args: Args) => T;

/** What is open until its promise is settled. */
const untilSettled =
  <Args extends readonly unknown[], T>(what: string, note: Note, begin: Method<Args, Promise<T>>): Method<Args, Promise<T>> =>
  (...args) => {
    const result = begin(...args);
    let isOpen = true;
    const end = (): void => void (isOpen = false);
    result.then(end, end);
    note(what, () => isOpen);
    return result;
  };

/** What is open from the first step of a loop over it until somebody leaves the loop. */
const untilLeft = <Args extends readonly unknown[], T>(
  what: string,
  note: Note,
  begin: Method<Args, AsyncIterable<T>>,
): Method<Args, AsyncIterable<T>> =>
  async function* (...args) {
    let isOpen = true;
    note(what, () => isOpen);
    try {
      yield* begin(...args);
    } finally {
      isOpen = false;
    }
  };

/** Puts a function in the place of another, with all that stands on it, also for those who have imported that one. */
function instead(place: object, name: string, value: object): End {
  const before = Object.getOwnPropertyDescriptor(place, name) ?? {};
  Object.defineProperty(place, name, { ...before, value: Object.defineProperties(value, Object.getOwnPropertyDescriptors(before.value)) });
  syncBuiltinESMExports();
  return () => {
    // Whoever has put another one in its place meanwhile goes on calling this one.
    if (Object.getOwnPropertyDescriptor(place, name)?.value !== value) return;
    Object.defineProperty(place, name, before);
    syncBuiltinESMExports();
  };
}

const together =
  (...ends: readonly (End | readonly End[])[]): End =>
  () =>
    ends.flat().forEach((end) => end());

/** Node.js has no public word for it; without this one, timers are taken to have ended. */
const isRunning = (timer: object): boolean => '_destroyed' in timer && timer._destroyed === false;
