import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { redact } from '../../src/core/redaction.ts';
import { roomVersion } from '../../src/core/room-versions.ts';
import { createSigningKey, generateSeed, signJson, verifyJson, type SigningKey } from '../../src/core/signatures.ts';
import { otherServer, type OtherServer } from './http-server.ts';
import { isSigned } from './signed-request.ts';

const PATH = '/_matrix/policy/v1/sign';

export interface PolicyReply {
  readonly status?: number;
  /** What is sent as it is; undefined: nothing is ever sent. */
  readonly body: JsonValue | undefined;
}

interface Options {
  /** Its name, which it checks that it is meant. */
  readonly name: string;
  /** Who may ask. */
  readonly origin: string;
  /** The keys of whoever may ask. */
  keys(): Promise<Readonly<Record<string, string>>>;
}

/** A policy server: https://spec.matrix.org/v1.19/server-server-api/#post_matrixpolicyv1sign */
export class TestPolicyServer {
  /** The events that it was asked to sign, in order. */
  readonly asked: JsonObject[] = [];
  /** How many requests it had at once at most. */
  mostAtOnce = 0;
  /** The version of the rooms that it is asked about. */
  version = '12';
  key: SigningKey = createSigningKey('ed25519:policy_server', generateSeed());
  /** What it answers. */
  answer: (event: JsonObject) => PolicyReply | Promise<PolicyReply> = (event) => this.signed(event);
  readonly #options: Options;
  readonly #server: OtherServer;
  #open = 0;

  private constructor(options: Options, server: OtherServer) {
    this.#options = options;
    this.#server = server;
  }

  static async start(options: Options): Promise<TestPolicyServer> {
    const server: OtherServer = await otherServer((request, response) => void policyServer.#serve(request, response));
    const policyServer = new TestPolicyServer(options, server);
    return policyServer;
  }

  get url(): string {
    return this.#server.url;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Its signature of an event. */
  signed(event: JsonObject, key = this.key): PolicyReply {
    const { signatures } = signJson(this.#essence(event), this.#options.name, key) as { signatures: Record<string, Record<string, string>> };
    return { body: { [this.#options.name]: { [key.keyId]: signatures[this.#options.name]?.[key.keyId] ?? '' } } };
  }

  /** Whether an event carries its signature, and the one of the server that it comes from. */
  hasSigned(event: JsonObject): boolean {
    const ours = verifyJson(this.#essence(event), this.#options.name, this.key.keyId, this.key.publicKey, 'lax');
    return ours && Object.keys((event['signatures'] as JsonObject)[this.#options.origin] ?? {}).includes('ed25519:test');
  }

  #essence(event: JsonObject): JsonObject {
    const version = roomVersion(this.version);
    if (version === undefined) throw new Error(`There is no room version ${this.version}`);
    return redact(event, version);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const event = JSON.parse(text) as JsonObject;
    const { method = '', url: uri = '', headers } = request;
    const arrived = { method, uri, authorization: headers.authorization ?? '', content: event };
    const { name: destination, origin, keys } = this.#options;
    if (method !== 'POST' || uri !== PATH) return reply(response, { status: 404, body: { errcode: 'M_UNRECOGNIZED', error: uri } });
    if (!isSigned(arrived, { origin, destination }, await keys()))
      return reply(response, { status: 401, body: { errcode: 'M_UNAUTHORIZED', error: '' } });
    this.asked.push(event);
    this.#open += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    const answer = await this.answer(event);
    this.#open -= 1;
    reply(response, answer);
  }
}

function reply(response: ServerResponse, { status = 200, body }: PolicyReply): void {
  if (body === undefined) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
