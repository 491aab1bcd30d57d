import type { Endpoint } from '../kernel/endpoint.ts';
import { DISCOVERY } from './client/discovery.ts';
import { ROOMS } from './client/rooms.ts';
import { SENDING } from './client/sending.ts';

/** Everything that the server serves, one row an endpoint. */
export const ENDPOINTS: readonly Endpoint[] = [...DISCOVERY, ...ROOMS, ...SENDING];
