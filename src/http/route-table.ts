import Router from '@koa/router';
import type { Endpoint, Method } from '../kernel/endpoint.ts';

export interface Route {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}

/** Paths under which the same endpoints were served before: clients and tools still use them. */
const OLD_PREFIXES: readonly (readonly [now: string, old: readonly string[]])[] = [
  ['/_matrix/client/v3/', ['/_matrix/client/r0/']],
  ['/_matrix/media/v3/', ['/_matrix/media/r0/', '/_matrix/media/v1/']],
];

/**
 * Finds the endpoint of a request. The router matches one pattern after the other, so the patterns are kept in small groups by
 * their number of segments and their fourth segment ("rooms" in /_matrix/client/v3/rooms/…).
 */
export class RouteTable {
  readonly #groups = new Map<string, Router>();
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(endpoints: readonly Endpoint[]) {
    for (const endpoint of endpoints) {
      for (const path of [endpoint.path, ...(endpoint.aliases ?? [])].flatMap(withOldPaths)) this.#add(endpoint, path);
    }
  }

  /** @returns the route, or the methods that this path serves (none for an unknown path) */
  find(method: string, path: string): Route | readonly Method[] {
    const methods: Method[] = [];
    for (const key of groupKeysOf(path)) {
      const match = this.#groups.get(key)?.match(path, method);
      for (const layer of match?.path ?? []) {
        const endpoint = this.#endpoints.get(layer.name ?? '');
        if (endpoint === undefined) continue;
        if (layer.methods.includes(method)) return { endpoint, params: layer.params(path, layer.captures(path)) };
        methods.push(endpoint.method);
      }
    }
    return methods;
  }

  /** Whether any endpoint has this path. */
  serves(path: string): boolean {
    const found = this.find('GET', path);
    return 'endpoint' in found || found.length > 0;
  }

  #add(endpoint: Endpoint, path: string): void {
    const name = `${endpoint.method} ${path}`;
    const key = groupKeyOf(path);
    let router = this.#groups.get(key);
    if (router === undefined) {
      router = new Router({ sensitive: true });
      this.#groups.set(key, router);
    }
    if (this.#endpoints.has(name)) throw new Error(`Two endpoints serve ${name}`);
    this.#endpoints.set(name, endpoint);
    router.register(path, [endpoint.method], [() => undefined], { name });
  }
}

const withOldPaths = (path: string): string[] => [
  path,
  ...OLD_PREFIXES.flatMap(([now, old]) => (path.startsWith(now) ? old.map((prefix) => prefix + path.slice(now.length)) : [])),
];

const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment, index, all) => index > 0 && !(segment === '' && index === all.length - 1));

function groupKeyOf(pattern: string): string {
  const segments = segmentsOf(pattern);
  const fourth = segments[3] ?? '';
  return `${segments.length} ${fourth.startsWith(':') ? ':' : fourth}`;
}

function groupKeysOf(path: string): string[] {
  const segments = segmentsOf(path);
  return [`${segments.length} ${segments[3] ?? ''}`, `${segments.length} :`];
}
