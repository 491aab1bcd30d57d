/** A value of a configuration that is not of the form it must have; `accepted` says which forms are. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';
  readonly accepted: string;

  constructor(value: unknown, wanted: string, accepted: string) {
    super(`${JSON.stringify(value) ?? typeof value} is not ${wanted}: ${accepted}`);
    this.accepted = accepted;
  }
}

export interface Measure {
  /** What is wanted, with its article: `a duration`. */
  readonly wanted: string;
  /** The accepted forms, as told to a person. */
  readonly accepted: string;
  /** How many of the smallest unit the unit of this name is; undefined for an unknown name. */
  unit(name: string): number | undefined;
}

/**
 * Reads a whole number of the smallest unit, or a text of a whole number and a unit.
 * @throws MeasureError for anything else, negative and unsafely large amounts included
 */
export function parseMeasure(value: unknown, measure: Measure): number {
  const amount = typeof value === 'string' ? parseText(value, measure) : value;
  if (typeof amount === 'number' && Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new MeasureError(value, measure.wanted, measure.accepted);
}

function parseText(text: string, measure: Measure): number | undefined {
  const [, digits = '', name = ''] = /^\s*(\d{1,16})\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const unit = measure.unit(name);
  return digits === '' || unit === undefined ? undefined : Number(digits) * unit;
}
