import { styleText } from 'node:util';

/** Colours for people; none where a program reads, or nobody wants any (https://no-color.org). */
export interface Colours {
  bad(text: string): string;
  good(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const coloured: Colours = {
  bad: (text) => styleText('red', text),
  good: (text) => styleText('green', text),
  faint: (text) => styleText('gray', text),
  strong: (text) => styleText('bold', text),
};

const same = (text: string): string => text;
const plain: Colours = { bad: same, good: same, faint: same, strong: same };

/** @param stream where the text is written to */
export const coloursFor = (stream: { readonly isTTY?: boolean }): Colours =>
  stream.isTTY === true && process.env['NO_COLOR'] === undefined ? coloured : plain;

/** What others wrote must not steer the terminal. */
export const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

/** A time as people read it, in UTC. */
export const timeOf = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace(/\..*/, '');
