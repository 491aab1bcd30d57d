import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { anyObject } from '../schemas.ts';

/** The key `auth` of requests that are authenticated interactively: https://spec.matrix.org/v1.19/client-server-api/#user-interactive-api-in-the-rest-api */
export const authData = t.Optional(anyObject);

/** Splits a body into what is asked for and how it is authenticated. */
export function requestAndAuth(body: { readonly auth?: Record<string, unknown> }): { auth: JsonObject | undefined; request: JsonObject } {
  const { auth, ...request } = body;
  return { auth: auth as JsonObject | undefined, request: request };
}
