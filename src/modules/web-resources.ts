import type { Middleware } from 'koa';
import type { Log } from '../kernel/log.ts';
import type { WebMethod, WebMethods, WebResource, WebResources } from '../kernel/web-resource.ts';

/** A Koa router: it has its middleware made. */
interface Router {
  routes(): (...args: never[]) => unknown;
}

/** What a module may register: functions by method, any Koa middleware, or a Koa router. Both of the last see the full path. */
export type ModuleResource = (WebMethods & { readonly subtree?: boolean }) | Middleware | Router;

export interface ResourceOptions {
  /** Whether the resource takes everything below its path, too. */
  readonly subtree?: boolean;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] satisfies WebMethod[];
/** What belongs to the server, whether it serves it already or not. */
const RESERVED = [
  '/_matrix/client',
  '/_matrix/media',
  '/_matrix/federation',
  '/_matrix/key',
  '/_matrix/app',
  '/_synapse/admin',
  '/.well-known/matrix',
];

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** The web resources of all modules. */
export class ResourceTable implements WebResources {
  readonly #exact = new Map<string, WebResource>();
  readonly #subtrees = new Map<string, WebResource>();
  readonly #serves: (path: string) => boolean;

  /** @param serves whether the server itself serves a path */
  constructor(serves: (path: string) => boolean) {
    this.#serves = serves;
  }

  find(path: string): WebResource | undefined {
    const exact = this.#exact.get(path) ?? this.#exact.get(path.replace(/\/$/, ''));
    if (exact !== undefined || this.#subtrees.size === 0) return exact;
    for (let folder = path; folder !== ''; folder = folder.slice(0, folder.lastIndexOf('/'))) {
      const found = this.#subtrees.get(folder);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Adds a resource; of several for one path the first stays, and the log says so.
   * @throws Error when the path is none, belongs to the server, or the resource cannot serve anything
   */
  add(owner: string, path: string, resource: ModuleResource, options: ResourceOptions, log: Log): void {
    const subtree = options.subtree ?? ('subtree' in resource && resource.subtree);
    const place = this.#place(path, subtree);
    const table = subtree ? this.#subtrees : this.#exact;
    const first = table.get(place) ?? this.#exact.get(place);
    if (first !== undefined) {
      log.warn({ path: place, module: owner, servedBy: first.owner }, `${owner} cannot serve ${place}: ${first.owner} comes first and does`);
      return;
    }
    const entry = { owner, path: place, handler: handlerOf(resource, place) };
    table.set(place, entry);
    if (subtree) this.#exact.set(place, entry);
  }

  #place(path: string, subtree: boolean): string {
    const place = path === '/' ? path : path.replace(/\/$/, '');
    if (!place.startsWith('/') || /[?#%\s]|\/\/|\/\.\.?(?:\/|$)/.test(place)) {
      throw new Error(
        `${JSON.stringify(path)} is no path for a web resource: write the full path from the first slash, as in /_synapse/client/demo/hello`,
      );
    }
    const reserved = RESERVED.find((prefix) => isBelow(place, prefix) || (subtree && isBelow(prefix, place)));
    if (reserved !== undefined) throw new Error(`the server itself serves what is under ${reserved}, so no module can serve ${place}`);
    if (this.#serves(place)) throw new Error(`the server itself serves ${place}, so no module can`);
    return place;
  }
}

function handlerOf(resource: ModuleResource, path: string): WebMethods | Middleware {
  if (typeof resource === 'function') return resource;
  if (isRouter(resource)) return resource.routes() as Middleware;
  const { subtree: _subtree, ...methods } = resource;
  const wrong = Object.entries(methods).find(([name, method]) => !METHODS.includes(name) || typeof method !== 'function');
  if (wrong !== undefined) throw new Error(`the web resource ${path} has ${wrong[0]}, but should have functions named ${METHODS.join(', ')}`);
  if (Object.keys(methods).length === 0) throw new Error(`the web resource ${path} serves no method`);
  return resource as WebMethods;
}

const isRouter = (resource: object): resource is Router => 'routes' in resource && typeof resource.routes === 'function';
