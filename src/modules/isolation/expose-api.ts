import type { ModuleApi } from '../api/module-api.ts';
import { CATEGORIES } from '../callbacks.ts';
import type { Callable } from './callable.ts';
import type { Peer } from './peer.ts';
import { fetchForThread } from './remote-fetch.ts';
import { metricsForThread } from './remote-metrics.ts';
import { exchangeValue } from './store-in-thread.ts';
import type { ApiShape } from './thread-api.ts';
import { transactionForThread } from './transaction-for-thread.ts';
import type { ThreadRequests } from './web-in-thread.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** What a thread has of its own, or by another way than call and answer. */
const OWN: readonly string[] = [
  'log',
  'clock',
  'metrics',
  'httpClient',
  'store',
  'runDbInteraction',
  'registerWebResource',
  ...Object.keys(CATEGORIES),
];

/** Lets a module's thread call the API, and nothing else. */
export function exposeApi(peer: Peer, api: ModuleApi, requests: ThreadRequests): void {
  const { functions, managers } = apiShape(api);
  const all = api as unknown as Record<string, Callable & Record<string, Callable>>;
  for (const name of functions) peer.expose(`api.${name}`, (...args) => all[name]?.(...args));
  for (const [manager, names] of Object.entries({ ...managers, store: ['get', 'set', 'delete', 'list'] })) {
    for (const name of names) peer.expose(`api.${manager}.${name}`, (...args) => all[manager]?.[name]?.(...args));
  }
  peer.expose('api.getUserByReq', (id, options) => api.getUserByReq(requests.context(id), options as object | undefined));
  peer.expose('api.completeSsoLoginAsync', (userId, id, url, isNew, provider) =>
    api.completeSsoLoginAsync(String(userId), requests.context(id), String(url), isNew === true, provider as string | undefined),
  );
  peer.expose(
    'api.fetch',
    fetchForThread((url, init) => api.httpClient.fetch(url, init)),
  );
  peer.expose('exchangeValue', exchangeValue(api.store));
  peer.expose('transaction', transactionForThread(api));
  peer.expose('metric', metricsForThread(api.metrics));
  peer.expose('log', (level, fields, text) => api.log[level as Level](fields as object, String(text)));
}

/** What a thread has to know to make the API there. */
export function apiShape(api: ModuleApi): ApiShape {
  const parts = Object.entries(api).filter(([name]) => !OWN.includes(name)) as [string, unknown][];
  const isManager = (part: unknown): part is object => typeof part === 'object' && part !== null;
  return {
    values: Object.fromEntries(parts.filter(([, part]) => typeof part !== 'function' && !isManager(part))),
    functions: parts.filter(([, part]) => typeof part === 'function').map(([name]) => name),
    managers: Object.fromEntries(parts.filter(([, part]) => isManager(part)).map(([name, part]) => [name, Object.keys(part as object)])),
  };
}
