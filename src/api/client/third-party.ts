import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomAlias, toUserId } from '../../kernel/parse.ts';
import { getThirdPartyProtocols } from '../../operations/third-party/get-third-party-protocols.ts';
import { lookUpThirdParty } from '../../operations/third-party/look-up-third-party.ts';
import { anyObject } from '../schemas.ts';

/** What the look-ups have in common. */
const lookUp = {
  method: 'GET',
  auth: 'user',
  limit: 'directory',
  reply: t.Array(anyObject),
  operation: lookUpThirdParty,
  output: (found: never) => found,
} as const;

/** https://spec.matrix.org/v1.19/client-server-api/#third-party-networks */
export const THIRD_PARTY = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/thirdparty/protocols',
    auth: 'user',
    limit: 'directory',
    reply: anyObject,
    operation: getThirdPartyProtocols,
    input: () => undefined,
    output: (protocols) => protocols,
  }),
  endpoint({
    ...lookUp,
    path: '/_matrix/client/v3/thirdparty/protocol/:protocol',
    reply: anyObject,
    input: ({ params }) => ({ wanted: `The network ${params.protocol}` }),
  }),
  endpoint({
    ...lookUp,
    path: '/_matrix/client/v3/thirdparty/location/:protocol',
    input: ({ params }) => ({ wanted: `The network ${params.protocol}` }),
  }),
  endpoint({
    ...lookUp,
    path: '/_matrix/client/v3/thirdparty/user/:protocol',
    input: ({ params }) => ({ wanted: `The network ${params.protocol}` }),
  }),
  endpoint({
    ...lookUp,
    path: '/_matrix/client/v3/thirdparty/location',
    query: t.Object({ alias: t.String() }),
    input: ({ query }) => ({ wanted: `A place behind ${toRoomAlias(query.alias)}` }),
  }),
  endpoint({
    ...lookUp,
    path: '/_matrix/client/v3/thirdparty/user',
    query: t.Object({ userid: t.String() }),
    input: ({ query }) => ({ wanted: `Somebody behind ${toUserId(query.userid)}` }),
  }),
];
