import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import type { Endpoint, ErasedCall, RateLimit } from '../kernel/endpoint.ts';
import { RawReply } from '../kernel/endpoint.ts';
import { badJson, invalidParam, limitExceeded, MatrixError } from '../kernel/errors.ts';
import type { Run } from '../kernel/operation.ts';
import type { Caller, Requester } from '../kernel/requester.ts';
import { WrittenJson } from '../kernel/written-json.ts';
import { accessTokenOf, missingToken } from './access-token.ts';
import { allowOtherOrigins } from './cors.ts';
import { otherMethod } from './other-method.ts';
import { readForm, readJson } from './read-body.ts';
import type { RouteTable } from './route-table.ts';
import { Validator } from './validator.ts';

export interface PipelineServices {
  readonly run: Run;
  /** Finds out who a token belongs to. @throws M_UNKNOWN_TOKEN */
  authenticate(token: string, caller: Caller): Promise<Requester>;
  /** Takes one request from a budget. @returns ms to wait when it is used up. @throws what a module refuses with */
  limit(limit: Exclude<RateLimit, 'none'>, endpoint: Endpoint, caller: Caller | Requester): number | undefined | Promise<number | undefined>;
  /** Counts a finished request; `seconds` is how long it took. */
  observe(endpoint: Endpoint, status: number, seconds: number): void;
  /** Bytes of JSON that a request may have. */
  readonly maxBody: number;
  /** Checks replies against their schemas: in tests and in development. */
  readonly checkReplies: boolean;
  /** Serves what no endpoint serves (the modules' web resources). */
  readonly otherwise: Middleware;
}

/** Shared by all servers of a process, as in tests: to compile a schema costs more than most requests. */
const QUERIES = new Validator({ coerce: true });
const BODIES = new Validator({ coerce: false });

/** The life of a request: route, authenticate, limit, validate, run, reply. Written once, for every endpoint. */
export class Pipeline {
  readonly #services: PipelineServices;
  readonly #routes: RouteTable;

  constructor(routes: RouteTable, services: PipelineServices) {
    this.#services = services;
    this.#routes = routes;
  }

  readonly middleware: Middleware = async (ctx, next) => {
    allowOtherOrigins(ctx);
    if (ctx.method === 'OPTIONS') {
      ctx.status = 204;
      return;
    }
    const found = this.#routes.find(ctx.method === 'HEAD' ? 'GET' : ctx.method, ctx.path);
    if (!('endpoint' in found)) {
      if (found.length > 0) throw otherMethod(ctx, found);
      await this.#services.otherwise(ctx, next);
      return;
    }
    const { endpoint, params } = found;
    const started = performance.now();
    try {
      await this.#serve(ctx, endpoint, params);
    } finally {
      this.#services.observe(endpoint, ctx.status, (performance.now() - started) / 1000);
    }
  };

  async #serve(ctx: Context, endpoint: Endpoint, params: Readonly<Record<string, string>>): Promise<void> {
    const token = accessTokenOf(ctx);
    const who = await this.#authenticate(ctx, endpoint, token);
    const wait = endpoint.limit === 'none' ? undefined : await this.#services.limit(endpoint.limit, endpoint, who);
    if (wait !== undefined) throw limitExceeded(wait);
    const query = this.#query(ctx, endpoint);
    const body = await this.#body(ctx, endpoint);
    const reply = await endpoint.call(this.#services.run, new RequestCall(ctx, { params, query, body, who, token }));
    await this.#reply(ctx, endpoint, reply);
  }

  async #authenticate(ctx: Context, endpoint: Endpoint, token: string | undefined): Promise<Caller | Requester> {
    const caller: Caller = { origin: endpoint.auth === 'admin' ? 'admin' : 'client', ip: ctx.ip, userAgent: ctx.get('user-agent') };
    if (endpoint.auth === 'none' || (endpoint.auth === 'optional' && token === undefined)) return caller;
    if (token === undefined) throw missingToken();
    const who = await this.#services.authenticate(token, caller);
    if (endpoint.auth === 'admin' && !who.isAdmin) throw new MatrixError(403, 'M_FORBIDDEN', 'You are not a server admin');
    if (who.isGuest && endpoint.guests !== true)
      throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests may not do this; register an account');
    return who;
  }

  #query(ctx: Context, endpoint: Endpoint): unknown {
    if (endpoint.query === undefined) return undefined;
    const query = { ...ctx.query };
    const problem = QUERIES.problem(endpoint.query, query);
    if (problem !== undefined)
      throw problem.includes('must have required property') ? new MatrixError(400, 'M_MISSING_PARAM', problem) : invalidParam(problem);
    return query;
  }

  async #body(ctx: Context, endpoint: Endpoint): Promise<unknown> {
    if (endpoint.body === undefined) return undefined;
    if (endpoint.body === 'stream') return ctx.req;
    const value = await (endpoint.form === true ? readForm : readJson)(ctx.req, this.#services.maxBody);
    if (value === undefined && endpoint.bodyOptional !== true) throw new MatrixError(400, 'M_NOT_JSON', 'The request needs a JSON body');
    const body = value === undefined ? {} : value;
    const problem = BODIES.problem(endpoint.body, body);
    if (problem !== undefined) throw badJson(problem);
    return body;
  }

  async #reply(ctx: Context, endpoint: Endpoint, reply: unknown): Promise<void> {
    if (reply instanceof RawReply) {
      // When it cannot be had, nothing of the reply must be left behind.
      const isHead = ctx.method === 'HEAD';
      const content = typeof reply.body !== 'function' ? reply.body : isHead ? undefined : await reply.body();
      ctx.status = reply.status;
      ctx.set(reply.headers);
      ctx.body = content ?? null;
      ctx.status = reply.status;
      // No content takes away what says of what kind and how long it is, and that is what HEAD asks for.
      if (isHead) ctx.set(reply.headers);
      return;
    }
    if (this.#services.checkReplies && endpoint.reply !== 'raw') {
      const problem = BODIES.problem(endpoint.reply, reply instanceof WrittenJson ? reply.value() : reply);
      if (problem !== undefined) throw new Error(`The reply of ${endpoint.method} ${endpoint.path} is not of its schema: ${problem}`);
    }
    ctx.set('content-type', 'application/json');
    ctx.body = reply instanceof WrittenJson ? bodyOf(reply) : JSON.stringify(reply);
  }
}

/** Characters of a reply that is sent in pieces, so that it is not there as text and as bytes at the same time. */
const LARGE = 262_144;

const bodyOf = (json: WrittenJson): string | Readable => (json.length < LARGE ? json.text : Readable.from(json.pieces));

/** A request as endpoints see it. Few of them want to know when the client goes away, so the signal is made on demand. */
class RequestCall implements ErasedCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: ErasedCall['headers'];
  readonly who: Caller | Requester;
  readonly token: string | undefined;
  readonly #response: ServerResponse;
  #gone: AbortController | undefined;

  constructor(ctx: Context, parts: Pick<ErasedCall, 'params' | 'query' | 'body' | 'who' | 'token'>) {
    this.params = parts.params;
    this.query = parts.query;
    this.body = parts.body;
    this.who = parts.who;
    this.token = parts.token;
    this.headers = ctx.headers;
    this.#response = ctx.res;
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      const gone = new AbortController();
      this.#gone = gone;
      this.#response.once('close', () => {
        if (!this.#response.writableFinished) gone.abort();
      });
      if (this.#response.destroyed) gone.abort();
    }
    return this.#gone.signal;
  }
}
