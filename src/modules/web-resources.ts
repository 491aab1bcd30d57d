import type { Middleware } from 'koa';
import type { Log } from '../kernel/log.ts';
import { runAsModule, type ModuleAtWork } from '../kernel/place-of-work.ts';
import type { WebContext, WebMethod, WebMethods, WebResource, WebResources } from '../kernel/web-resource.ts';

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

const METHODS: readonly WebMethod[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const isMethod = (name: string): boolean => METHODS.some((method) => method === name);
/** What belongs to the server, whether it serves it already or not. */
const RESERVED = [
  '/_matrix/client',
  '/_matrix/media',
  '/_matrix/federation',
  '/_matrix/key',
  '/_matrix/app',
  '/_synapse/admin',
  '/_plexus/admin',
  '/.well-known/matrix',
];

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** What a module registered, once it is known to be right. */
export interface RegisteredResource extends WebResource {
  readonly subtree: boolean;
}

/** The web resources of all modules. */
export class ResourceTable implements WebResources {
  #exact: ReadonlyMap<string, WebResource> = new Map();
  #subtrees: ReadonlyMap<string, WebResource> = new Map();
  readonly #serves: (path: string) => boolean;
  readonly #log: Log;

  /** @param serves whether the server itself serves a path */
  constructor(serves: (path: string) => boolean, log: Log) {
    this.#serves = serves;
    this.#log = log;
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
   * What a module wants to serve.
   * @throws Error when the path is none, belongs to the server, or the resource cannot serve anything
   */
  checked(owner: string, path: string, resource: ModuleResource, options: ResourceOptions): RegisteredResource {
    const subtree = options.subtree ?? ('subtree' in resource && resource.subtree);
    const place = this.#place(path, subtree);
    return { owner, path: place, handler: handlerOf(resource, place), subtree };
  }

  /** From now on serves these; of several for one path the first counts, and the log says so. */
  use(resources: readonly RegisteredResource[]): void {
    const exact = new Map<string, WebResource>();
    const subtrees = new Map<string, WebResource>();
    for (const resource of resources) {
      const { owner, path, subtree } = resource;
      const first = (subtree ? subtrees : exact).get(path) ?? exact.get(path);
      if (first !== undefined) {
        this.#log.warn({ path, module: owner, servedBy: first.owner }, `${owner} cannot serve ${path}: ${first.owner} comes first and does`);
        continue;
      }
      exact.set(path, resource);
      if (subtree) subtrees.set(path, resource);
    }
    this.#exact = exact;
    this.#subtrees = subtrees;
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

/** The same, run as the module's own code. */
export function handlerOfModule(module: ModuleAtWork, handler: WebMethods | Middleware): WebMethods | Middleware {
  if (typeof handler === 'function') return (ctx, next): unknown => runAsModule(module, handler, ctx, next);
  const methods = METHODS.flatMap((name) => {
    const method = handler[name]?.bind(handler);
    return method === undefined ? [] : [[name, (ctx: WebContext): unknown => runAsModule(module, method, ctx)] as const];
  });
  return Object.fromEntries(methods);
}

function handlerOf(resource: ModuleResource, path: string): WebMethods | Middleware {
  if (typeof resource === 'function') return resource;
  if (isRouter(resource)) return resource.routes() as Middleware;
  const { subtree: _subtree, ...methods } = resource;
  const wrong = Object.entries(methods).find(([name, method]) => !isMethod(name) || typeof method !== 'function');
  if (wrong !== undefined) throw new Error(`the web resource ${path} has ${wrong[0]}, but should have functions named ${METHODS.join(', ')}`);
  if (Object.keys(methods).length === 0) throw new Error(`the web resource ${path} serves no method`);
  return resource as WebMethods;
}

const isRouter = (resource: object): resource is Router => 'routes' in resource && typeof resource.routes === 'function';
