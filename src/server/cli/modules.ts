import { loadConfig } from '../../config/config.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { isObject } from '../../core/json.ts';
import { ask, askSecretly } from './ask.ts';
import { addressOf, askServer } from './ask-server.ts';
import { CommandFailed } from './command-failed.ts';

export interface ModulesOptions {
  readonly config: string;
  readonly url?: string;
  readonly token?: string;
  readonly user?: string;
}

interface Module {
  readonly name: string;
  readonly module: string | null;
  readonly version: string | null;
  readonly mode: string;
  readonly isolation: string;
  readonly permissions: string;
  readonly parked_until: number | null;
  readonly config: JsonObject;
  readonly callbacks: readonly { callback: string; calls: number; refusals: number; failures: number; mean_ms: number | null }[];
}

interface Change {
  readonly kept: readonly string[];
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly stored: boolean;
}

type Request = <Reply>(method: string, path: string, body?: object) => Promise<Reply>;

/** Prints the modules of the running server, and how they are. */
export const listModules = (options: ModulesOptions): Promise<void> =>
  asAdmin(options, async (request) => {
    const { modules } = await request<{ modules: readonly Module[] }>('GET', '');
    for (const line of modules.flatMap(described)) console.log(line);
    if (modules.length === 0) console.log('There are no modules.');
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
    const { modules } = await request<{ modules: readonly Module[] }>('GET', '');
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

/** With the token that is given, or a session that ends with the command. */
async function asAdmin(options: ModulesOptions, work: (request: Request) => Promise<void>): Promise<void> {
  const base = options.url ?? addressOf(loadConfig(options.config));
  const given = options.token ?? process.env['PLEXUS_ADMIN_TOKEN'];
  const token = given ?? (await logIn(base, options.user));
  try {
    await work((method, path, body) => askServer(new URL(`/_plexus/admin/v1/modules${path}`, base), { method, token, body }));
  } finally {
    if (given === undefined) await askServer(new URL('/_matrix/client/v3/logout', base), { body: {}, token });
  }
}

async function logIn(base: string, name: string | undefined): Promise<string> {
  const user = name ?? (await ask('Name of an admin: '));
  const password = await askSecretly('Password: ');
  const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, initial_device_display_name: 'plexus modules' };
  const { access_token: token } = await askServer<{ access_token: string }>(new URL('/_matrix/client/v3/login', base), { body });
  return token;
}

function described({ name, module, version, mode, isolation, permissions, parked_until: parkedUntil, callbacks }: Module): string[] {
  const state = [
    mode,
    ...(isolation === 'worker' ? ['in a thread of its own'] : []),
    ...(parkedUntil === null ? [] : [`parked until ${new Date(parkedUntil).toISOString()}`]),
  ];
  return [
    `${name}${version === null ? '' : ` ${version}`} (${module ?? 'given as code'}): ${state.join(', ')}`,
    `  ${permissions}`,
    ...callbacks.map(
      ({ callback, calls, refusals, failures, mean_ms: mean }) =>
        `  ${callback}: ${calls} calls, ${refusals} refused, ${failures} failed${mean === null ? '' : `, ${mean.toFixed(2)} ms on average`}`,
    ),
  ];
}

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
