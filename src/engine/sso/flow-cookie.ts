import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const NAME = 'plexus_sso_';

/** The secrets of one way to a provider and back. All but the flow's id come from the cookie, so the database holds none of them. */
export interface FlowSecrets {
  /** The `state` of OAuth. */
  readonly flowId: string;
  /** What the browser keeps. */
  readonly cookie: string;
  readonly nonce: string;
  /** https://www.rfc-editor.org/rfc/rfc7636 */
  readonly codeVerifier: string;
}

export const newFlow = (): FlowSecrets => secretsOf(randomBytes(18).toString('base64url'), randomBytes(32).toString('base64url'));

const secretsOf = (flowId: string, cookie: string): FlowSecrets => ({
  flowId,
  cookie,
  nonce: derived(cookie, 'nonce'),
  codeVerifier: derived(cookie, 'code_verifier'),
});

const derived = (cookie: string, use: string): string => createHmac('sha256', cookie).update(use).digest('base64url');

/** How the cookie is stored. */
export const hashCookie = (cookie: string): string => createHash('sha256').update(cookie).digest('base64url');

/**
 * The secrets of the flow that a browser comes back with.
 * @param header the request's cookies
 * @returns undefined for a browser in which the flow was not begun
 */
export function heldSecrets(flowId: string, cookieHash: string, header: string | undefined): FlowSecrets | undefined {
  const wanted = Buffer.from(cookieHash);
  const held = cookiesNamed(NAME + flowId, header).find((cookie) => timingSafeEqual(Buffer.from(hashCookie(cookie)), wanted));
  return held === undefined ? undefined : secretsOf(flowId, held);
}

/** There may be more than one: another server of the same domain can add its own. */
const cookiesNamed = (name: string, header = ''): string[] =>
  header.split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    return key === name || key === `__Host-${name}` ? [value] : [];
  });

/**
 * The header that lets the browser keep the cookie. Lax: it has to come along when the provider sends the person back.
 * @param maxAge seconds; 0 makes the browser forget it
 */
export function setCookie({ flowId, cookie }: Pick<FlowSecrets, 'flowId' | 'cookie'>, maxAge: number, isSecure: boolean): string {
  const name = `${isSecure ? '__Host-' : ''}${NAME}${flowId}`;
  return `${name}=${cookie}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}
