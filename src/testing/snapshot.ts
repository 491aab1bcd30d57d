interface Dictionary {
  readonly eventId: string;
  getDict(): object;
}

const isEvent = (value: object): value is Dictionary => 'getDict' in value && 'eventId' in value;

/** A value as it is now, in plain JSON: events in wire form with their id, what is no data as the name of what it is. */
export function snapshotOf(value: unknown): unknown {
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isEvent(value)) return { event_id: value.eventId, ...value.getDict() };
  if (Array.isArray(value)) return value.map(snapshotOf);
  if (value instanceof Map || value instanceof Set) return [...value].map(snapshotOf);
  if (Symbol.asyncIterator in value) return `[${value.constructor.name}]`;
  if (value instanceof Error) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, snapshotOf(part)]));
}
