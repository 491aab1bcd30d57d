import { createHash } from 'node:crypto';

/** An identifier of a person outside of Matrix: https://spec.matrix.org/v1.19/appendices/#3pid-types */
export interface ThirdPartyAddress {
  readonly medium: string;
  /** In canonical form. */
  readonly address: string;
}

/** How an identity server wants to be asked. */
export interface HashDetails {
  readonly algorithms: readonly string[];
  readonly pepper: string;
}

interface LookupQuery {
  readonly algorithm: 'sha256' | 'none';
  readonly pepper: string;
  /** What stands for the address, in the question and in the answer. */
  readonly key: string;
}

/**
 * The question for one address: hashed wherever the identity server takes that, in clear text where it takes nothing else.
 * https://spec.matrix.org/v1.19/identity-service-api/#algorithms
 * @returns undefined when it takes neither
 */
export function lookupQuery({ medium, address }: ThirdPartyAddress, { algorithms, pepper }: HashDetails): LookupQuery | undefined {
  if (algorithms.includes('sha256')) {
    return { algorithm: 'sha256', pepper, key: createHash('sha256').update(`${address} ${medium} ${pepper}`).digest('base64url') };
  }
  return algorithms.includes('none') ? { algorithm: 'none', pepper, key: `${address} ${medium}` } : undefined;
}
