import { parseMeasure, type Measure } from './measure.ts';

const PREFIXES = ['', 'k', 'm', 'g', 't'];
/** `K` alone counts as `KiB`, as in the configuration of other servers; `KB` is the decimal unit. */
const UNIT = /^([kmgt]?)(i?)(b?)$/;

function unit(name: string): number | undefined {
  const [, prefix = '', binary = '', byte = ''] = UNIT.exec(name.toLowerCase()) ?? [];
  if (name !== '' && prefix + byte === '') return undefined;
  if (binary !== '' && (prefix === '' || byte === '')) return undefined;
  const base = binary === '' && byte !== '' ? 1000 : 1024;
  return base ** PREFIXES.indexOf(prefix);
}

const BYTE_SIZE: Measure = {
  wanted: 'a size in bytes',
  accepted:
    'write a whole number of bytes, or a whole number with one of the units B, KiB, MiB, GiB, TiB (1024), K, M, G, T (the same) or KB, MB, GB, TB (1000), as in 50MiB, 512K or 10MB',
  unit,
};

/**
 * Reads a size of a configuration, `50MiB` or a number of bytes.
 * @returns bytes
 * @throws MeasureError, which names the accepted forms
 */
export const parseByteSize = (value: unknown): number => parseMeasure(value, BYTE_SIZE);
