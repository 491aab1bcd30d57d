import { createReadStream } from 'node:fs';
import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import { QuotaExceeded } from '../api/quota.ts';
import { NotPermitted } from '../manifest.ts';
import { ModuleProblems, type ModuleProblem } from '../loading/entry.ts';
import { setKey } from '../views/copies.ts';
import { ModuleEvent, type ShownEvent } from '../views/module-event.ts';
import { moduleFile, type ModuleFile } from '../views/module-file.ts';
import { StateEvents } from '../views/state-events.ts';
import type { Callable } from './callable.ts';
import { RemoteState, type StateEntries } from './remote-state.ts';

/** Functions that the two sides call of each other. */
export interface Handles {
  hold(callable: Callable): number;
  callable(handle: number): Callable;
}

/** What structured cloning cannot copy. It is kept apart from the data, so that no data can pretend to be it. */
type Special =
  | { readonly is: 'function'; readonly handle: number }
  | { readonly is: 'generator'; readonly next: number; readonly end: number }
  | { readonly is: 'event'; readonly event: ShownEvent }
  | { readonly is: 'state'; readonly get: number; readonly has: number; readonly entries: number }
  | { readonly is: 'file'; readonly path: string; readonly size: number }
  | { readonly is: 'refusal'; readonly status: number; readonly errcode: string; readonly message: string; readonly fields: JsonObject }
  | { readonly is: 'problems'; readonly problems: readonly ModuleProblem[] }
  | {
      readonly is: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      /** What Node and SQLite call it. */
      readonly code: unknown;
    };

/** Errors of the API that a module tells apart by their classes. */
const ERRORS: Readonly<Record<string, new (message: string) => Error>> = { NotPermitted, QuotaExceeded };

/** A value on its way: its data, and what is to be put into it at which places. */
export interface Encoded {
  readonly data: unknown;
  readonly specials: readonly (readonly [path: readonly (string | number)[], special: Special])[];
}

export function encode(value: unknown, handles: Handles): Encoded {
  const specials: [path: readonly (string | number)[], special: Special][] = [];
  const walk = (part: unknown, path: readonly (string | number)[]): unknown => {
    const special = specialOf(part, handles);
    if (special !== undefined) return void specials.push([path, special]);
    if (Array.isArray(part)) return part.map((one, index) => walk(one, [...path, index]));
    if (!isPlain(part)) return part;
    const copy: Record<string, unknown> = {};
    for (const [key, one] of Object.entries(part)) setKey(copy, key, walk(one, [...path, key]));
    return copy;
  };
  const data = walk(value, []);
  return { data, specials };
}

export function decode({ data, specials }: Encoded, handles: Handles): unknown {
  const root = { value: data };
  for (const [path, special] of specials) {
    let place: Record<string | number, unknown> = root;
    let key: string | number = 'value';
    for (const step of path) {
      place = place[key] as Record<string | number, unknown>;
      key = step;
    }
    setKey(place, String(key), restored(special, handles));
  }
  return root.value;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

function specialOf(value: unknown, handles: Handles): Special | undefined {
  if (typeof value === 'function') return { is: 'function', handle: handles.hold(value as () => unknown) };
  if (value instanceof ModuleEvent) return { is: 'event', event: value.shown() };
  if (value instanceof StateEvents) return stateSpecial(value, handles);
  if (value instanceof MatrixError) {
    const { status, errcode, message, fields } = value;
    return { is: 'refusal', status, errcode, message, fields };
  }
  if (value instanceof ModuleProblems) return { is: 'problems', problems: value.problems };
  if (value instanceof Error) return errorSpecial(value);
  if (isGenerator(value)) return { is: 'generator', next: handles.hold(() => value.next()), end: handles.hold((last) => value.return(last)) };
  if (isFile(value)) return { is: 'file', path: value.path, size: value.size };
  return undefined;
}

function errorSpecial(error: Error): Special {
  const { name, message, stack } = error;
  return { is: 'error', name, message, stack, code: 'code' in error && typeof error.code === 'string' ? error.code : undefined };
}

const isGenerator = (value: unknown): value is AsyncGenerator | Generator =>
  typeof value === 'object' && value !== null && 'next' in value && 'return' in value && 'throw' in value;

const isFile = (value: unknown): value is ModuleFile => isPlain(value) && 'writeChunksTo' in value && 'path' in value;

function stateSpecial(state: StateEvents, handles: Handles): Special {
  const entries = async (): Promise<StateEntries> => {
    const all: StateEntries = [];
    for await (const entry of state) all.push(entry);
    return all;
  };
  return {
    is: 'state',
    get: handles.hold((type, key) => state.get(type as string, key as string)),
    has: handles.hold((type, key) => state.has(type as string, key as string)),
    entries: handles.hold(entries),
  };
}

function restored(special: Special, handles: Handles): unknown {
  switch (special.is) {
    case 'function':
      return handles.callable(special.handle);
    case 'generator':
      return { next: handles.callable(special.next), return: handles.callable(special.end) };
    case 'event':
      return new ModuleEvent(special.event);
    case 'state':
      return new RemoteState(handles.callable(special.get), handles.callable(special.has), handles.callable(special.entries));
    case 'file':
      return moduleFile({ path: special.path, size: special.size, stream: () => createReadStream(special.path) });
    case 'refusal':
      return new MatrixError(special.status, special.errcode, special.message, special.fields);
    case 'problems':
      return new ModuleProblems(special.problems);
    case 'error':
      return restoredError(special);
  }
}

function restoredError({ name, message, stack, code }: Special & { is: 'error' }): Error {
  const Kind = (Object.hasOwn(ERRORS, name) ? ERRORS[name] : undefined) ?? Error;
  return Object.assign(new Kind(message), { name, stack }, code !== undefined && { code });
}
