import { fileURLToPath } from 'node:url';

const FRAME = /(?:\(|\bat (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]+:\d+:\d+)\)?$/;
const POSITION = /:\d+:\d+$/;
/** What stands around whoever opens something: this folder, and the clock by which modules set timers. */
const AROUND = ['/modules/leaks/', '/kernel/clock'];
/** In the bundle, all of that is one file. */
const THIS_FILE = fileURLToPath(import.meta.url);

/** The files and positions in a stack, innermost first, without those of Node.js. */
export const placesIn = (stack: string): readonly string[] =>
  stack
    .split('\n')
    .slice(1)
    .map((line) => FRAME.exec(line)?.[1] ?? '')
    .filter((place) => place !== '')
    .map((place) => (place.startsWith('file://') ? fileURLToPath(place.replace(POSITION, '')) + (POSITION.exec(place)?.[0] ?? '') : place));

/** The innermost place in a stack from where something was opened; undefined where it has none. */
export const placeOfOpening = (stack: string): string | undefined =>
  placesIn(stack).find((place) => !place.startsWith(`${THIS_FILE}:`) && !AROUND.some((part) => place.includes(part)));
