import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { StageOutside } from './interactive-auth.ts';

/** A mail by which somebody is to confirm an address, and how its page knows the session. */
export interface SentMail {
  readonly email: string;
  readonly sid: string;
  readonly clientSecret: string;
}

/** What the page of a stage shows: https://spec.matrix.org/v1.19/client-server-api/#fallback */
export type AuthPage =
  | {
      readonly state: 'open';
      readonly type: string;
      /** The session's id, as the client knows it. */
      readonly session: string;
      readonly params: JsonObject;
      /** Why the last attempt has failed. */
      readonly problem?: string;
      /** The mail whose link has to be opened first. */
      readonly sent?: SentMail;
    }
  | { readonly state: 'done' }
  /** There is nothing to do here (any more). */
  | { readonly state: 'gone'; readonly problem: string };

/** A person reads the page, so what is wrong stands on it. @throws whatever is no refusal */
export function refusalOf(error: unknown): MatrixError {
  if (error instanceof MatrixError && error.status < 500 && error.status !== 429) return error;
  throw error;
}

/** @param id of the session, as the client knows it */
export const paramsOfPage = async ({ stage, session }: StageOutside, id: string): Promise<JsonObject> => ({
  ...stage.params,
  ...(await stage.pageParams?.(session.userId, id)),
});
