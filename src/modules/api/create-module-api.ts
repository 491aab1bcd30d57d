import type { ServerName } from '../../core/identifiers.ts';
import type { AskServer } from '../../kernel/federation-request.ts';
import { runAsServer } from '../../kernel/place-of-work.ts';
import type { Policy } from '../../kernel/questions.ts';
import type { Actions } from '../actions.ts';
import { CATEGORIES, type RegisterMethod } from '../callbacks.ts';
import type { ModuleEntry } from '../loading/entry.ts';
import { permitted, type ModulePermissions } from '../manifest.ts';
import type { Registrar } from '../registrar.ts';
import { accountsApi } from './accounts.ts';
import type { BackgroundApi } from './background.ts';
import { declaredHostsOnly, declaredServersOnly } from './declared-hosts.ts';
import { federationApi } from './federation.ts';
import { httpClient, type Fetch } from './http-client.ts';
import { identitiesApi } from './identities.ts';
import { mailsApi } from './mails.ts';
import type { ModuleApi } from './module-api.ts';
import { notificationsApi } from './notifications.ts';
import { presenceApi } from './presence.ts';
import type { RegistrationApi } from './registration.ts';
import { roomsApi } from './rooms.ts';
import { sessionsApi } from './sessions.ts';
import { storageApi } from './storage.ts';
import type { SurroundingsApi } from './surroundings.ts';

export interface ApiParts {
  readonly surroundings: SurroundingsApi;
  readonly registrar: Registrar;
  readonly background: BackgroundApi;
  readonly serverName: ServerName;
  /** Where the module's files lie. */
  readonly folder: string;
  readonly policy: Policy;
  /** Resolves once all modules are constructed: what acts waits until every module can be asked. */
  readonly actions: Promise<Actions>;
  readonly fetch: Fetch;
  readonly askServer: AskServer;
  /** How much the module may keep. */
  readonly quota: ModuleEntry['quota'];
  /** What the module may do; undefined: everything. */
  readonly permissions: ModulePermissions | undefined;
}

/** Puts together what one module is given. Its methods may be taken off it: they need no `this`. */
export function createModuleApi(parts: ApiParts): ModuleApi {
  const { surroundings, registrar, background, actions, permissions, quota } = parts;
  // Connections outlive the request that opens them, and serve others.
  const fetch: Fetch = (url, init) => runAsServer(() => parts.fetch(url, init));
  const askServer: AskServer = (request) => runAsServer(() => parts.askServer(request));
  const api: ModuleApi = Object.freeze({
    ...surroundings,
    ...registration(registrar),
    ...bound(background, 'sleep', 'runAsBackgroundProcess', 'loopingBackgroundCall', 'delayedBackgroundCall', 'deferToThread'),
    ...accountsApi(parts),
    ...sessionsApi(parts),
    ...identitiesApi(parts),
    ...federationApi(permissions === undefined ? askServer : declaredServersOnly(askServer, permissions.network ?? [])),
    ...roomsApi(parts),
    ...presenceApi(actions),
    ...notificationsApi(actions),
    ...mailsApi(parts),
    ...storageApi({ module: surroundings.moduleName, actions, quota, log: surroundings.log }),
    httpClient: httpClient(permissions === undefined ? fetch : declaredHostsOnly(fetch, permissions.network ?? [])),
  });
  return permitted(api, permissions);
}

/** The methods by which callbacks are registered, one for each category. */
function registration(registrar: Registrar): RegistrationApi {
  const methods = Object.keys(CATEGORIES) as RegisterMethod[];
  const byCategory = methods.map((method) => [method, (callbacks: object) => registrar.register(method, callbacks)] as const);
  return { ...(Object.fromEntries(byCategory) as Pick<RegistrationApi, RegisterMethod>), ...bound(registrar, 'registerWebResource') };
}

/** Some methods of an object, bound to it. */
function bound<T extends object, K extends keyof T>(object: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, (object[name] as CallableFunction).bind(object)])) as Pick<T, K>;
}
