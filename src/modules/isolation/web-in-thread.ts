import type { Context } from 'koa';
import type { WebMethods } from '../../kernel/web-resource.ts';

/** A request as it is sent to a module's thread. */
export interface SentRequest {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly ip: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** What the module answered. */
export interface SentAnswer {
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, value: string | string[]])[];
  readonly body: unknown;
}

/** In the module's thread: functions by method, each given what there is of Koa's context without its sockets. */
export function serveInThread(path: string, resource: object): WebMethods {
  const methods = Object.entries(resource).filter(([name]) => name !== 'subtree');
  if (typeof resource === 'function' || 'routes' in resource || methods.some(([, method]) => typeof method !== 'function')) {
    throw new Error(`the web resource ${path} of a module with isolation: worker has to be an object of functions by method`);
  }
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      async (request: SentRequest): Promise<SentAnswer> => {
        const context = new ThreadContext(request);
        await (method as (ctx: unknown) => unknown).call(resource, context);
        return context.answer();
      },
    ]),
  );
}

/** The part of Koa's context that a module in a thread has. */
class ThreadContext {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly ip: string;
  readonly query: SentRequest['query'];
  readonly headers: SentRequest['headers'];
  readonly request: { readonly body: unknown };
  readonly state = {};
  status: number | undefined;
  body: unknown;
  readonly #headers = new Map<string, string | string[]>();

  constructor({ id, method, path, url, ip, query, headers, body }: SentRequest) {
    this.id = id;
    this.method = method;
    this.path = path;
    this.url = url;
    this.ip = ip;
    this.query = query;
    this.headers = headers;
    this.request = { body };
  }

  get(name: string): string {
    const value = this.headers[name.toLowerCase()] ?? '';
    return typeof value === 'string' ? value : value.join(', ');
  }

  set(name: string, value: string | string[]): void {
    this.#headers.set(name, value);
  }

  set type(value: string) {
    this.set('content-type', value);
  }

  redirect(url: string): void {
    this.status = 302;
    this.set('location', url);
  }

  answer(): SentAnswer {
    return { status: this.status, headers: [...this.#headers], body: this.body };
  }
}

/** In the server's thread: sends requests to the module's, and its answers to the client. */
export class ThreadRequests {
  readonly #open = new Map<number, Context>();
  #next = 0;

  /** The request that a module asks about. */
  context(id: unknown): Context {
    const context = this.#open.get(id as number);
    if (context === undefined) throw new Error('This request has been answered already');
    return context;
  }

  async serve(ctx: Context, ask: (request: SentRequest) => Promise<SentAnswer>): Promise<void> {
    const id = (this.#next += 1);
    this.#open.set(id, ctx);
    try {
      const { method, path, url, ip, query, headers } = ctx;
      const body = (ctx.request as unknown as { body: unknown }).body;
      const answer = await ask({ id, method, path, url, ip, query: { ...query }, headers: { ...headers }, body });
      for (const [name, value] of answer.headers) ctx.set(name, value);
      if (answer.body !== undefined) ctx.body = answer.body instanceof Uint8Array ? Buffer.from(answer.body) : answer.body;
      if (answer.status !== undefined) ctx.status = answer.status;
    } finally {
      this.#open.delete(id);
    }
  }
}
