import type { Middleware } from 'koa';
import type { Config } from '../config/config.ts';
import { isWithin } from '../http/client-address.ts';
import type { Metrics } from './metrics.ts';

export const METRICS_PATH = '/_synapse/metrics';

/** Serves the server's numbers to those who may read them; to others there is nothing here. */
export function metricsPage(settings: Config['metrics'], metrics: Metrics): Middleware {
  const mayRead = isWithin(settings.allow_addresses);
  return async (ctx, next) => {
    if (!settings.enabled || ctx.path !== METRICS_PATH || !mayRead(ctx.ip)) return next();
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  };
}
