/** How servers prove to each other who asks: https://spec.matrix.org/v1.19/server-server-api/#request-authentication */
import type { ServerName } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import { signedBytes, type SigningKey } from '../signatures.ts';

/** What is signed of a request. */
export interface RequestToSign {
  readonly method: string;
  /** The path and the query, as they are sent. */
  readonly uri: string;
  readonly origin: ServerName;
  readonly destination: ServerName;
  /** Its body; undefined where it has none. */
  readonly content: JsonValue | undefined;
}

/** The `Authorization` header of a request between servers. @throws NotCanonical */
export function requestAuthorization({ content, ...request }: RequestToSign, key: SigningKey): string {
  const { origin, destination } = request;
  // Events of old rooms may hold numbers that are not canonical.
  const signature = key.sign(signedBytes({ ...request, ...(content !== undefined && { content }) }, 'lax'));
  return xMatrix({ origin, destination, key: key.keyId, sig: signature });
}

/** The scheme `X-Matrix` with its parameters, none of which holds a quotation mark. */
export const xMatrix = (parameters: Readonly<Record<string, string>>): string =>
  `X-Matrix ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`;
