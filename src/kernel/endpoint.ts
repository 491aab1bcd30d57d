import type { Readable } from 'node:stream';
import type { OperationName } from './contract.ts';
import type { AnyOperation, Run } from './operation.ts';
import type { Caller, Requester } from './requester.ts';
import type { Infer, Schema } from './schema.ts';
import type { WrittenJson } from './written-json.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
/** `optional`: a token is checked when there is one. `admin`: a server administrator. */
export type Auth = 'none' | 'optional' | 'user' | 'admin';
/** Classes of `rate_limits` in the configuration. */
export type RateLimit =
  | 'message'
  | 'login'
  | 'registration'
  | 'mail'
  | 'room_admin'
  | 'join'
  | 'invite'
  | 'media'
  | 'preview'
  | 'directory'
  | 'sync'
  | 'general';

/** '/rooms/:roomId/send/:txnId' gives { roomId: string; txnId: string }. */
type Params<Path extends string> = Path extends `${string}:${infer Key}/${infer Rest}`
  ? { readonly [K in Key]: string } & Params<`/${Rest}`>
  : Path extends `${string}:${infer Key}`
    ? { readonly [K in Key]: string }
    : unknown;

type WhoOf<A extends Auth> = A extends 'none' ? Caller : A extends 'optional' ? Caller | Requester : Requester;

/** A request after it was authenticated, limited and validated. */
export interface Call<Path extends string, Query extends Schema | undefined, Body extends Schema | 'stream' | undefined, A extends Auth> {
  readonly params: Params<Path>;
  readonly query: Query extends Schema ? Infer<Query> : undefined;
  readonly body: Body extends Schema ? Infer<Body> : Body extends 'stream' ? Readable : undefined;
  /** Lower-case names, as node:http gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly who: WhoOf<A>;
  /** The access token as it was sent. */
  readonly token: string | undefined;
  /** Fires when the client has gone away. */
  readonly signal: AbortSignal;
}

/** A reply that is not JSON (media, pages, redirects). */
export class RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A function is called once the reply is sent, after everything that the operation had to settle. */
  readonly body: Readable | (() => Promise<Readable>) | Buffer | string | undefined;
  constructor(status: number, headers: Readonly<Record<string, string>>, body?: Readable | (() => Promise<Readable>) | Buffer | string) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

interface Facts<
  Path extends string,
  Query extends Schema | undefined,
  Body extends Schema | 'stream' | undefined,
  Reply extends Schema | 'raw',
  A extends Auth,
> {
  readonly method: Method;
  readonly path: Path;
  /** Other paths that serve the same endpoint (unstable or old names), with the same parameters. */
  readonly aliases?: readonly string[];
  readonly auth: A;
  /** Whether guests may call it: https://spec.matrix.org/v1.19/client-server-api/#guest-access */
  readonly guests?: boolean;
  readonly limit: RateLimit | 'none';
  readonly query?: Query;
  readonly body?: Body;
  /** True where the specification lets the body be left out. */
  readonly bodyOptional?: boolean;
  /** The body is what the form of a page sends (application/x-www-form-urlencoded): an object of strings. */
  readonly form?: boolean;
  /** `raw`: the operation answers with a RawReply. */
  readonly reply: Reply;
}

type ReplyOf<Reply extends Schema | 'raw'> = Reply extends Schema ? Infer<Reply> | WrittenJson : RawReply;

type Declared<
  Path extends string,
  Query extends Schema | undefined,
  Body extends Schema | 'stream' | undefined,
  Reply extends Schema | 'raw',
  A extends Auth,
  N extends OperationName,
  In,
  Draft,
  Out,
> = Facts<Path, Query, Body, Reply, A> & {
  /** An endpoint has no handler: it names an operation and maps to and from it. */
  readonly operation: AnyOperation<N, In, Draft, Out, WhoOf<A>>;
  readonly input: (call: Call<Path, Query, Body, A>) => NoInfer<In>;
  readonly output: (out: NoInfer<Out>) => ReplyOf<Reply> | Promise<ReplyOf<Reply>>;
};

/** The erased form that the router mounts. */
export interface Endpoint extends Facts<string, Schema | undefined, Schema | 'stream' | undefined, Schema | 'raw', Auth> {
  readonly operationName: OperationName;
  readonly call: (run: Run, call: ErasedCall) => Promise<unknown>;
}
export interface ErasedCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly who: Caller | Requester;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Declares an endpoint: facts, the operation, and how the request maps to its input and its result to the reply. */
export function endpoint<
  const Path extends string,
  Reply extends Schema | 'raw',
  A extends Auth,
  N extends OperationName,
  In,
  Draft,
  Out,
  Query extends Schema | undefined = undefined,
  Body extends Schema | 'stream' | undefined = undefined,
>(declared: Declared<Path, Query, Body, Reply, A, N, In, Draft, Out>): Endpoint {
  const { operation, input, output, ...facts } = declared;
  return {
    ...(facts as Facts<string, Schema | undefined, Schema | 'stream' | undefined, Schema | 'raw', Auth>),
    operationName: operation.name,
    call: async (run, call) => {
      const typed = call as Call<Path, Query, Body, A>;
      return output(await run(operation, typed.who, input(typed)));
    },
  };
}
