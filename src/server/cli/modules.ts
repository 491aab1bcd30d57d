import type { JsonObject, JsonValue } from '../../core/json.ts';
import { isObject } from '../../core/json.ts';
import { asAdmin as askAsAdmin, type AdminOptions, type AdminRequest } from './as-admin.ts';
import { CommandFailed } from './command-failed.ts';

export type ModulesOptions = AdminOptions;

interface Module {
  readonly name: string;
  readonly module: string | null;
  readonly version: string | null;
  readonly mode: string;
  readonly isolation: string;
  readonly permissions: string;
  readonly parked_until: number | null;
  readonly leaks: readonly Leak[];
  readonly config: JsonObject;
  readonly callbacks: readonly { callback: string; calls: number; refusals: number; failures: number; mean_ms: number | null }[];
}

interface Leak {
  readonly what: string;
  readonly count: number;
}

interface Listed {
  readonly modules: readonly Module[];
  readonly removed: readonly { readonly name: string; readonly leaks: readonly Leak[] }[];
}

interface Change {
  readonly kept: readonly string[];
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly stored: boolean;
}

type Request = AdminRequest;

/** Prints the modules of the running server, and how they are. */
export const listModules = (options: ModulesOptions): Promise<void> =>
  asAdmin(options, async (request) => {
    const { modules, removed } = await request<Listed>('GET', '');
    for (const line of modules.flatMap(described)) console.log(line);
    if (modules.length === 0) console.log('There are no modules.');
    for (const { name, leaks } of removed) console.log(`${name} (removed) ${leftOpen(leaks)}`);
  });

export const reloadModules = (options: ModulesOptions): Promise<void> => change(options, (request) => request('POST', '/reload', {}));

/** @param settings `key=value` each, as in the configuration: `name=words`, `config.word=two` */
export const addModule = (module: string, settings: readonly string[], options: ModulesOptions): Promise<void> =>
  change(options, (request) => request('POST', '', { module, ...withSettings({}, settings) }));

export const removeModule = (name: string, options: ModulesOptions): Promise<void> =>
  change(options, (request) => request('DELETE', `/${encodeURIComponent(name)}`));

/** @param settings as above; of `config` only what is named is changed */
export const setModule = (name: string, settings: readonly string[], options: ModulesOptions): Promise<void> =>
  change(options, async (request) => {
    const { modules } = await request<Listed>('GET', '');
    const { config = {} } = modules.find((each) => each.name === name) ?? {};
    const changed = withSettings(settings.some((setting) => setting.startsWith('config.')) ? { config } : {}, settings);
    return await request('PUT', `/${encodeURIComponent(name)}`, changed);
  });

async function change(options: ModulesOptions, work: (request: Request) => Promise<Change>): Promise<void> {
  await asAdmin(options, async (request) => {
    const { kept, started, ended, stored } = await work(request);
    const listed = (names: readonly string[]): string => names.join(', ') || 'none';
    console.log(`Started: ${listed(started)}; ended: ${listed(ended)}; unchanged: ${listed(kept)}`);
    if (!stored) console.log('The server has no configuration file: the change is lost when it ends.');
  });
}

const asAdmin = (options: ModulesOptions, work: (request: Request) => Promise<void>): Promise<void> =>
  askAsAdmin(options, (request) => work((method, path, body) => request(method, `/_plexus/admin/v1/modules${path}`, body)));

function described({ name, module, version, mode, isolation, permissions, parked_until: parkedUntil, leaks, callbacks }: Module): string[] {
  const state = [
    mode,
    ...(isolation === 'worker' ? ['in a thread of its own'] : []),
    ...(parkedUntil === null ? [] : [`parked until ${new Date(parkedUntil).toISOString()}`]),
  ];
  return [
    `${name}${version === null ? '' : ` ${version}`} (${module ?? 'given as code'}): ${state.join(', ')}`,
    `  ${permissions}`,
    ...(leaks.length === 0 ? [] : [`  who ran before it ${leftOpen(leaks)}`]),
    ...callbacks.map(
      ({ callback, calls, refusals, failures, mean_ms: mean }) =>
        `  ${callback}: ${calls} calls, ${refusals} refused, ${failures} failed${mean === null ? '' : `, ${mean.toFixed(2)} ms on average`}`,
    ),
  ];
}

const leftOpen = (leaks: readonly Leak[]): string =>
  `left open: ${leaks.map(({ what, count }) => (count === 1 ? what : `${count} × ${what}`)).join(', ')}`;

function withSettings(before: JsonObject, settings: readonly string[]): JsonObject {
  return settings.reduce((object, setting) => {
    const [, path, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (path === undefined || value === undefined)
      throw new CommandFailed(`${setting} is no setting: write key=value, as in mode=shadow or config.max=3`);
    return withValue(object, path.split('.'), valueOf(value));
  }, before);
}

function withValue(object: JsonObject, [key = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value) };
}

/** JSON where it is some, else text. */
function valueOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
