import { notFound } from '../../kernel/errors.ts';
import { defineRead } from '../define.ts';

/**
 * Looks for something of another network, or for what stands for it here: https://spec.matrix.org/v1.19/client-server-api/#third-party-lookups
 * @param wanted in words
 * @throws M_NOT_FOUND always, as long as no other network can be reached from here
 */
export const lookUpThirdParty = defineRead({
  name: 'look-up-third-party',
  prepare: (_context, _who, { wanted }: { readonly wanted: string }): never => {
    throw notFound(`${wanted} is not known: no other network is connected to this server`);
  },
});
