import type { Config } from '../../config/config.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Who can be asked about this server: https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport @throws M_NOT_FOUND */
export const getWellKnownSupport = defineRead({
  name: 'get-well-known-support',
  prepare(context, _who: Caller, _input: undefined): Config['well_known'] {
    const support = context.config.well_known;
    if (support.contacts.length === 0 && support.support_page === undefined) {
      throw notFound('The configuration of this server names nobody who can be asked');
    }
    return support;
  },
});
