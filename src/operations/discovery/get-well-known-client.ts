import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Where clients reach this server: https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient @throws M_NOT_FOUND */
export const getWellKnownClient = defineRead({
  name: 'get-well-known-client',
  prepare(context, _who: Caller, _input: undefined): string {
    const { public_baseurl: address } = context.config;
    if (address === undefined) throw notFound('The configuration of this server does not say under which address it is reached');
    return address;
  },
});
