import { parseDuration, type ModuleApi, type WebContext } from 'plexus/module';

/** Counts who visits a page; each user once in a while. */
export default class Visits {
  static parseConfig(config: { every?: unknown }): { every: number } {
    return { every: parseDuration(config.every ?? '1d', ['every']) };
  }

  constructor(config: { every: number }, api: ModuleApi) {
    const visit = async (ctx: WebContext): Promise<void> => {
      const { userId } = await api.getUserByReq(ctx);
      const now = api.clock.now();
      const last = await api.store.get(`visit/${userId}`);
      if (typeof last !== 'number' || last <= now - config.every) {
        await api.store.set(`visit/${userId}`, now);
        await api.store.update('count', (count) => Number(count ?? 0) + 1);
      }
      ctx.body = { visits: await api.store.get('count') };
    };
    api.registerWebResource('/_synapse/client/visits', { POST: visit });
  }
}
