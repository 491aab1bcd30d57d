import { parseMeasure, type Measure } from './measure.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const UNITS = new Map([
  ['', 1],
  ['ms', 1],
  ['s', SECOND],
  ['m', 60 * SECOND],
  ['h', 60 * 60 * SECOND],
  ['d', DAY],
  ['w', 7 * DAY],
  ['y', 365 * DAY],
]);

const DURATION: Measure = {
  wanted: 'a duration',
  accepted: 'write a whole number of milliseconds, or a whole number with one of the units ms, s, m, h, d, w, y, as in 500ms, 30m or 5d',
  unit: (name) => UNITS.get(name),
};

/**
 * Reads a duration of a configuration, `5d` or a number of ms. A year is 365 days.
 * @returns ms
 * @throws MeasureError, which names the accepted forms
 */
export const parseDuration = (value: unknown): number => parseMeasure(value, DURATION);
