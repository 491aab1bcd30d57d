import type { ServerName } from '../core/identifiers.ts';
import type { JsonValue } from '../core/json.ts';

/** A request to another server, in the name of this one. */
export interface FederationRequest {
  /** Whom it is meant for. */
  readonly destination: ServerName;
  readonly method: string;
  /** With /_matrix, and with the query where it has one. */
  readonly path: string;
  /** What is sent as JSON; nothing where it is undefined. */
  readonly content?: JsonValue | undefined;
  /** How long all of it may take, in ms. */
  readonly timeout?: number | undefined;
  /** Where to send it, in the place of where the name leads. */
  readonly baseUrl?: string | undefined;
}

export interface FederationReply {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: JsonValue | undefined;
}

/** Sends a request to another server. @throws Error when it gives no answer */
export type AskServer = (request: FederationRequest) => Promise<FederationReply>;
