import type { ModuleEvent } from 'plexus/module';
import { stringAt } from './json.ts';

/** The type of the state event by which a room says that it uses a policy server. */
export const POLICY = 'm.room.policy';

/** What a room says of its policy server: https://spec.matrix.org/v1.19/client-server-api/#mroompolicy */
export interface Policy {
  /** The name of the policy server. */
  readonly via: string;
  /** The ed25519 key by which its signatures can be checked, as base64. */
  readonly publicKey: string;
}

/** Undefined where the event is not valid, as if there was none. */
export function policyIn({ content }: ModuleEvent): Policy | undefined {
  const via = stringAt(content, 'via');
  const publicKey = stringAt(content['public_keys'], 'ed25519');
  return via === undefined || publicKey === undefined ? undefined : { via, publicKey };
}

/** Of the event that switches a policy server on and off the policy server has no say, so that a room can do without one that is gone. */
export const isPolicyItself = ({ type, stateKey }: ModuleEvent): boolean => type === POLICY && stateKey === '';
