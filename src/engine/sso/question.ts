import type { Config } from '../../config/config.ts';
import type { ServerName } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import * as externalIds from '../../store/external-ids.ts';
import type { SsoIdentity } from '../../store/sso-flows.ts';
import type { InteractiveAuth, StageOutside } from '../uia/interactive-auth.ts';
import { SSO } from '../uia/sso-stage.ts';
import { termsStage } from '../uia/terms-stage.ts';
import type { ConfirmationQuestion, LoginQuestion } from './answer.ts';
import { clientLink } from './client-link.ts';
import { over, type FlowServices, type HeldFlow } from './flow.ts';
import { arrivalOf, type Arrival } from './login.ts';

export interface QuestionServices extends FlowServices {
  readonly config: Config;
  readonly serverName: ServerName;
  readonly uia: InteractiveAuth;
}

export type { LoginQuestion };

/** Somebody who came back and wants to log in, with what they are still to be asked. */
export interface LoginAtDoor {
  readonly question: LoginQuestion;
  readonly arrival: Arrival;
}

/** Somebody who came back and has shown that it is them. */
export interface ConfirmationAtDoor {
  readonly question: ConfirmationQuestion;
  readonly outside: StageOutside;
}

/**
 * What somebody who came back is asked before anything happens.
 * @throws MatrixError when they are not let in
 */
export function atDoor(services: QuestionServices, held: HeldFlow, identity: SsoIdentity): Promise<LoginAtDoor | ConfirmationAtDoor> {
  const { uiaSessionHash } = held.flow;
  return uiaSessionHash === undefined ? loginAtDoor(services, held, identity) : confirmationAtDoor(services, held, identity, uiaSessionHash);
}

export const isLogin = (door: LoginAtDoor | ConfirmationAtDoor): door is LoginAtDoor => 'arrival' in door;

async function loginAtDoor(services: QuestionServices, { flow, provider }: HeldFlow, identity: SsoIdentity): Promise<LoginAtDoor> {
  const arrival = await services.read(() => arrivalOf(identity, provider.settings, services.serverName));
  const client = clientLink(flow.redirectUrl ?? '');
  if (client === undefined) throw over();
  const isNew = arrival.kind === 'new';
  const { terms } = services.config.registration;
  const wanted = isNew && terms !== undefined ? termsStage(terms).params : undefined;
  return { question: { state: 'login-question', flowId: flow.flowId, client, userId: arrival.userId, isNew, terms: wanted }, arrival };
}

async function confirmationAtDoor(
  services: QuestionServices,
  { flow, provider }: HeldFlow,
  { subject }: SsoIdentity,
  uiaSessionHash: string,
): Promise<ConfirmationAtDoor> {
  const outside = await services.uia.findBound(uiaSessionHash, SSO);
  const { userId, operation } = outside.session;
  const { id, name } = provider.settings;
  const owner = await services.read(() => externalIds.ownerOf({ provider: id, subject }));
  if (userId === undefined || owner !== userId)
    throw forbidden(`At ${name} you are somebody else than ${userId ?? 'expected'}. Log out there and begin again.`);
  return { question: { state: 'confirmation-question', flowId: flow.flowId, userId, operation }, outside };
}
