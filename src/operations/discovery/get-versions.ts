import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

const VERSIONS = [
  'r0.0.1',
  'r0.1.0',
  'r0.2.0',
  'r0.3.0',
  'r0.4.0',
  'r0.5.0',
  'r0.6.0',
  'r0.6.1',
  ...Array.from({ length: 19 }, (_, minor) => `v1.${minor + 1}`),
];
/** Features by the names under which clients ask for them; each is served. */
const UNSTABLE_FEATURES: Readonly<Record<string, boolean>> = {
  'org.matrix.msc3814.v1': true,
  'uk.half-shot.msc2666.query_mutual_rooms': true,
  // Clients look for these two although profiles with fields of one's own are in v1.16.
  'uk.tcpip.msc4133': true,
  'uk.tcpip.msc4133.stable': true,
};

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions */
export const getVersions = defineRead({
  name: 'get-versions',
  prepare: (_context, _who: Caller, _input: undefined) => ({ versions: VERSIONS, unstableFeatures: UNSTABLE_FEATURES }),
});
