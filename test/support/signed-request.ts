import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { verifyJson } from '../../src/core/signatures.ts';

/** A request between servers, as it arrives. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  readonly authorization: string;
  /** Undefined without a body. */
  readonly content: JsonValue | undefined;
}

const AUTHORIZATION = /^X-Matrix origin="(?<origin>[^"]+)",destination="(?<destination>[^"]+)",key="(?<key>[^"]+)",sig="(?<sig>[^"]+)"$/;

/**
 * Whether a request is signed as it should be. Written apart from what signs it.
 * @param keys the public keys of the server that asks, by their ids
 */
export function isSigned(
  { method, uri, authorization, content }: ArrivedRequest,
  { origin, destination }: { readonly origin: string; readonly destination: string },
  keys: Readonly<Record<string, string>>,
): boolean {
  const said = AUTHORIZATION.exec(authorization)?.groups ?? {};
  const { key = '', sig = '' } = said;
  if (said['origin'] !== origin || said['destination'] !== destination) return false;
  const signed: JsonObject = { method, uri, origin, destination, ...(content !== undefined && { content }) };
  return verifyJson({ ...signed, signatures: { [origin]: { [key]: sig } } }, origin, key, keys[key] ?? '', 'lax');
}

/** The keys that a server publishes. @param reply of GET /_matrix/key/v2/server */
export const publishedKeys = (reply: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries((reply as { verify_keys: Record<string, { key: string }> }).verify_keys).map(([id, { key }]) => [id, key]));
