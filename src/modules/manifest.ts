import { nearestName } from '../core/nearest-name.ts';
import type { ModuleApi } from './api/module-api.ts';
import { CATEGORIES, type RegisterMethod } from './callbacks.ts';

/** What a module says of itself, so that an administrator sees what it may do before it runs. What it does not name is refused. */
export interface ModulePermissions {
  /** The groups of callbacks that it registers, by method: `registerSpamCheckerCallbacks`. */
  readonly callbacks?: readonly RegisterMethod[];
  /** The methods of the API by which it reads or acts: `createRoom`, `getRoomState`. Its surroundings (log, clock, metrics, background) are free. */
  readonly api?: readonly ApiMethod[];
  /** The hosts that it asks by `httpClient`, and the servers that it asks by `federationRequest`; `*` stands for any text. */
  readonly network?: readonly string[];
  /** Whether it keeps data: `store`, `runDbInteraction`. */
  readonly storage?: boolean;
  /** Whether it serves web resources. */
  readonly web?: boolean;
}

/** What everybody is given without asking. */
const FREE = [
  'serverName',
  'publicBaseurl',
  'moduleName',
  'serverVersion',
  'log',
  'clock',
  'getCurrentTimeMsec',
  'metrics',
  'onDispose',
  'onHandover',
  'sleep',
  'runAsBackgroundProcess',
  'loopingBackgroundCall',
  'delayedBackgroundCall',
  'deferToThread',
  'emailAppName',
  'readTemplates',
  'checkPushRuleActions',
  'getQualifiedUserId',
  'isMine',
] as const satisfies readonly (keyof ModuleApi)[];

/** What asks others, permitted by their hosts. */
const NETWORK = ['httpClient', 'federationRequest'] as const satisfies readonly (keyof ModuleApi)[];
const STORAGE = ['store', 'storage', 'runDbInteraction'] as const satisfies readonly (keyof ModuleApi)[];

type Elsewhere = (typeof FREE)[number] | (typeof NETWORK)[number] | (typeof STORAGE)[number] | RegisterMethod | 'registerWebResource';
/** What is permitted by name in `api`. */
export type ApiMethod = Exclude<keyof ModuleApi, Elsewhere>;

const KEYS: readonly string[] = ['callbacks', 'api', 'network', 'storage', 'web'] satisfies (keyof ModulePermissions)[];

/** What a module did is not among what it declared. */
export class NotPermitted extends Error {
  override readonly name = 'NotPermitted';
}

/**
 * The API as the permissions leave it; a module that declares none may do everything.
 * @throws Error for a name in the permissions that is none
 */
export function permitted(api: ModuleApi, permissions: ModulePermissions | undefined): ModuleApi {
  if (permissions === undefined) return api;
  checkNames(api, permissions);
  const parts = Object.entries(api).map(([name, part]) => {
    const wanted = wantedFor(name, permissions);
    return [name, wanted === undefined ? part : refusing(name, part, wanted)];
  });
  return Object.freeze(Object.fromEntries(parts) as ModuleApi);
}

/** What a module may do, in words for an administrator. */
export function describePermissions(permissions: ModulePermissions | undefined): string {
  if (permissions === undefined) return 'may do everything (it declares no permissions)';
  const { callbacks = [], api = [], network, storage = false, web = false } = permissions;
  const may = [
    callbacks.length > 0 && `is asked as ${callbacks.map((method) => CATEGORIES[method].title).join(', ')}`,
    api.length > 0 && `uses ${api.join(', ')}`,
    network !== undefined && `asks ${network.join(', ')}`,
    storage && 'keeps data',
    web && 'serves web pages',
  ].filter((part) => part !== false);
  return may.length === 0 ? 'may do nothing' : may.join('; ');
}

/** @returns the permission that is missing for a part of the API; undefined when none is */
function wantedFor(name: string, { callbacks = [], api = [], network, storage = false, web = false }: ModulePermissions): string | undefined {
  const has = (list: readonly string[]): boolean => list.includes(name);
  if (has(FREE)) return undefined;
  if (has(NETWORK)) return network === undefined ? 'network: [host]' : undefined;
  if (has(STORAGE)) return storage ? undefined : 'storage: true';
  if (name === 'registerWebResource') return web ? undefined : 'web: true';
  if (Object.hasOwn(CATEGORIES, name)) return has(callbacks) ? undefined : `callbacks: ['${name}']`;
  return has(api) ? undefined : `api: ['${name}']`;
}

/** The same, refusing whatever is called on it. */
function refusing(name: string, part: unknown, wanted: string): unknown {
  const refuse = (): never => {
    throw new NotPermitted(`${name} is not among what the module declares: it would need ${wanted} in its permissions`);
  };
  if (typeof part === 'function') return refuse;
  if (typeof part !== 'object' || part === null) return part;
  return Object.freeze(Object.fromEntries(Object.keys(part).map((key) => [key, refuse])));
}

function checkNames(api: ModuleApi, permissions: ModulePermissions): void {
  known('permissions', Object.keys(permissions), KEYS);
  known('permissions.callbacks', permissions.callbacks ?? [], Object.keys(CATEGORIES));
  const elsewhere: readonly string[] = [...FREE, ...NETWORK, ...STORAGE, ...Object.keys(CATEGORIES), 'registerWebResource'];
  const methods = Object.keys(api).filter((name) => !elsewhere.includes(name));
  known('permissions.api', permissions.api ?? [], methods);
}

function known(place: string, names: readonly string[], all: readonly string[]): void {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, all);
  throw new Error(`${place} names ${unknown}, which is none; ${nearest === undefined ? `there are ${all.join(', ')}` : `did you mean ${nearest}?`}`);
}
