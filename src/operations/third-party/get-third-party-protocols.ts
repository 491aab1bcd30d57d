import type { JsonObject } from '../../core/json.ts';
import { defineRead } from '../define.ts';

/**
 * The other networks that can be reached from here: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols
 * Only application services bring such networks, and this server takes none yet.
 */
export const getThirdPartyProtocols = defineRead({
  name: 'get-third-party-protocols',
  prepare: (_context, _who, _input: undefined): JsonObject => ({}),
});
