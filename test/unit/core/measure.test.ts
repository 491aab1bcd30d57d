import { expect } from 'chai';
import { parseByteSize } from '../../../src/core/byte-size.ts';
import { parseDuration } from '../../../src/core/duration.ts';
import { MeasureError } from '../../../src/core/measure.ts';

type Parse = (value: unknown) => number;

function accepts(parse: Parse, cases: readonly (readonly [value: unknown, amount: number])[]): void {
  for (const [value, amount] of cases) it(`reads ${JSON.stringify(value)}`, () => void expect(parse(value)).to.equal(amount));
}

function refuses(parse: Parse, values: readonly unknown[], hint: string): void {
  for (const value of values) {
    it(`refuses ${JSON.stringify(value) ?? typeof value} and says what would do`, () => {
      expect(() => parse(value)).to.throw(MeasureError, hint);
    });
  }
}

const NEVER = [-1, 1.5, Number.NaN, Infinity, 2 ** 53, null, undefined, true, {}, [], '', ' ', '-5', '1.5', '1e3', '9999999999999999', '5 5'];

describe('duration', () => {
  const day = 86_400_000;
  accepts(parseDuration, [
    [0, 0],
    [250, 250],
    ['250', 250],
    ['500ms', 500],
    ['5s', 5000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['5d', 5 * day],
    ['2w', 14 * day],
    ['1y', 365 * day],
    [' 5 d ', 5 * day],
  ]);
  refuses(parseDuration, [...NEVER, '5D', '5 days', '1M', 'd', '5d5', '300000000y'], '30m');
});

describe('byte size', () => {
  accepts(parseByteSize, [
    [0, 0],
    [1024, 1024],
    ['1024', 1024],
    ['12B', 12],
    ['50MiB', 52_428_800],
    ['10MB', 10_000_000],
    ['512K', 524_288],
    ['512kb', 512_000],
    ['2G', 2_147_483_648],
    ['1TiB', 1_099_511_627_776],
    ['3 mib', 3_145_728],
  ]);
  refuses(parseByteSize, [...NEVER, '5i', '5ib', '5Ki', '5X', 'MiB', '50MiBs', '1PiB'], '50MiB');
});
