import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import * as ssoFlows from '../../store/sso-flows.ts';
import type { SsoFlow } from '../../store/sso-flows.ts';
import type { SsoAnswer } from './answer.ts';
import { hashCookie, heldSecrets, newFlow, setCookie, type FlowSecrets } from './flow-cookie.ts';
import type { LoginWish, OidcProvider } from './oidc-provider.ts';
import type { SingleSignOn } from './single-sign-on.ts';

/** How long somebody may take to come back and go on (ms). */
const LIFETIME = 900_000;

export interface FlowServices extends Reader {
  readonly sso: SingleSignOn;
  readonly clock: Clock;
  readonly log: Log;
}

/** Somebody on the way, in the browser in which it was begun. */
export interface HeldFlow {
  readonly flow: SsoFlow;
  readonly secrets: FlowSecrets;
  readonly provider: OidcProvider;
}

export interface Departure {
  readonly answer: SsoAnswer;
  readonly flow: SsoFlow;
}

/**
 * Sends somebody to a provider.
 * @param purpose what they are to come back for: one of the two
 * @throws M_UNKNOWN (502) with an incident when the provider cannot be used
 */
export async function depart(
  services: FlowServices,
  provider: OidcProvider,
  purpose: { readonly redirectUrl?: string; readonly uiaSessionHash?: string },
  wish: LoginWish,
): Promise<Departure> {
  const secrets = newFlow();
  const url = await provider.loginUrl(secrets, wish).catch((error: unknown) => {
    throw unusable(services.log, provider, error);
  });
  const flow = {
    flowId: secrets.flowId,
    cookieHash: hashCookie(secrets.cookie),
    provider: provider.settings.id,
    redirectUrl: purpose.redirectUrl,
    uiaSessionHash: purpose.uiaSessionHash,
    identity: undefined,
    expiresTs: services.clock.now() + LIFETIME,
  };
  return { answer: { state: 'away', url, cookie: setCookie(secrets, LIFETIME / 1000, services.sso.isSecure) }, flow };
}

/**
 * Finds the flow that a browser goes on with.
 * @param cookies the header of the request
 * @throws M_FORBIDDEN when it is over, or was begun in another browser
 */
export async function held(services: FlowServices, flowId: string, cookies: string | undefined): Promise<HeldFlow> {
  const flow = await services.read(() => ssoFlows.find(flowId, services.clock.now()));
  const secrets = flow && heldSecrets(flowId, flow.cookieHash, cookies);
  const provider = flow && services.sso.find(flow.provider);
  if (flow === undefined || secrets === undefined || provider === undefined) throw over();
  return { flow, secrets, provider };
}

/** The header by which a browser forgets a flow. */
export const forgetCookie = ({ sso }: FlowServices, { secrets }: HeldFlow): string => setCookie(secrets, 0, sso.isSecure);

export const over = (): MatrixError =>
  forbidden('This was finished already, has taken too long, or was begun in another browser. Go back to the application and begin again.');

/** Logs why a provider cannot be used. @returns what the person is told */
export function unusable(log: Log, { settings: { id, name } }: OidcProvider, error: unknown): MatrixError {
  const incident = randomUUID().slice(0, 8);
  log.error({ incident, provider: id, reason: reasonOf(error) }, 'a provider of single sign-on cannot be used');
  const text = `${name} cannot be reached at the moment, or its answer is not right. Try again later. The administrator finds the reason under the incident ${incident}.`;
  return new MatrixError(502, 'M_UNKNOWN', text);
}

/** The messages of an error and of what has caused it; without what else libraries put in, as that may be secret. */
function reasonOf(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error && messages.length < 5; cause = cause.cause) messages.push(cause.message);
  return messages.join(': ');
}
