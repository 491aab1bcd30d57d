import type { Purpose, ValidationSession } from '../../store/validation-sessions.ts';

/** What the page shows that the link in a mail leads to. */
export type EmailConfirmation =
  | {
      readonly state: 'open' | 'done';
      readonly address: string;
      readonly purpose: Purpose;
      readonly token: string;
      readonly next: NextLink | undefined;
    }
  /** The token is not known (any more). */
  | { readonly state: 'gone' };

/** Where the client wants the person to go then. */
interface NextLink {
  readonly url: string;
  /** Whether they are sent there: anybody can make a client that names any address. */
  readonly isTrusted: boolean;
}

/** @param trustedHosts as in a URL: with the port, where it is not the usual one */
export function emailConfirmation(session: ValidationSession | undefined, token: string, trustedHosts: readonly string[]): EmailConfirmation {
  if (session === undefined) return { state: 'gone' };
  const { address, purpose, nextLink: url, validatedTs } = session;
  const next = url === undefined ? undefined : { url, isTrusted: trustedHosts.includes(new URL(url).host) };
  return { state: validatedTs === undefined ? 'open' : 'done', address, purpose, token, next };
}
