import type { RequestInit } from 'undici';
import type { ServerName } from '../../core/identifiers.ts';
import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Outgoing } from '../outgoing.ts';
import { readJson } from '../read-json.ts';

/** How long an identity server may take to answer (ms), and how much it may say (bytes). */
const TIMEOUT = 15_000;
const MAX_REPLY = 65_536;
/** Characters of what it says in words. */
const MAX_TEXT = 300;
const ERROR_CODE = /^[A-Z][A-Z0-9_.]{0,99}$/;
/** What a client would take for the end of its own session here, though the identity server speaks of the session there. */
const ABOUT_SESSIONS: ReadonlySet<string> = new Set(['M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN', 'M_USER_LOCKED', 'M_CONSENT_NOT_GIVEN']);

/** A request to an identity server: https://spec.matrix.org/v1.19/identity-service-api/ */
export interface IdentityRequest {
  readonly idServer: ServerName;
  readonly method: 'GET' | 'POST';
  /** With /_matrix. */
  readonly path: string;
  readonly authorization: string;
  readonly body?: JsonObject;
}

export interface IdentityReply {
  readonly status: number;
  /** Undefined when it is no JSON object. */
  readonly body: JsonObject | undefined;
}

/** @throws M_UNKNOWN (502) when the identity server cannot be reached; why is told to nobody, as that would map the private network */
export async function askIdentityServer(outgoing: Outgoing, request: IdentityRequest): Promise<IdentityReply> {
  const { idServer, method, path, authorization, body } = request;
  const headers = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
  try {
    return await fetchJson(outgoing, `https://${idServer}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  } catch {
    throw unusable(idServer, 'cannot be reached');
  }
}

/** A reply that may be JSON. A redirection is none: it would take the access token elsewhere. */
export async function fetchJson(outgoing: Outgoing, url: string, init: RequestInit): Promise<IdentityReply> {
  const response = await outgoing.fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) });
  const body = await readJson(response, MAX_REPLY);
  return { status: response.status, body: isObject(body) ? body : undefined };
}

/**
 * What an identity server answered when it did what was asked.
 * @throws its own error, passed on; M_UNKNOWN (502) when it failed, or answered with nothing that makes sense
 */
export function answerOf(idServer: ServerName, { status, body }: IdentityReply): JsonObject {
  if (status === 200 && body !== undefined) return body;
  throw passedOn(idServer, { status, body }) ?? unusable(idServer, `failed with status ${status}`);
}

/** The error of an identity server as its user is to see it; undefined when what it answered is no error of Matrix, or a failure of its own. */
export function passedOn(idServer: ServerName, { status, body }: IdentityReply): MatrixError | undefined {
  const errcode = body && stringAt(body, 'errcode');
  if (errcode === undefined || !ERROR_CODE.test(errcode) || status < 400 || status >= 500) return undefined;
  const text = `The identity server ${idServer} says: ${(stringAt(body ?? {}, 'error') ?? errcode).slice(0, MAX_TEXT)}`;
  if (status === 401 || ABOUT_SESSIONS.has(errcode)) return new MatrixError(403, 'M_UNAUTHORIZED', text);
  return new MatrixError(status, errcode, text);
}

export const unusable = (idServer: ServerName, what: string): MatrixError =>
  new MatrixError(502, 'M_UNKNOWN', `The identity server ${idServer} ${what}`);
