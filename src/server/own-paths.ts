import { ENDPOINTS } from '../api/endpoints.ts';
import { RouteTable } from '../http/route-table.ts';
import { METRICS_PATH } from './metrics-page.ts';

/** Shared by all servers of a process, as in tests. */
export const ROUTES = new RouteTable(ENDPOINTS);

/** Whether a path is the server's own, so that no module can have it. */
export const serves = (path: string): boolean => path === METRICS_PATH || ROUTES.serves(path);
