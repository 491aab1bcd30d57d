import type { ModuleApi, ModuleEvent } from 'plexus/module';

/** Lets nobody speak of parties, asks for the host once an hour, and welcomes whoever registers. */
export default class NoParties {
  constructor(config: { host: string }, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      check_event_for_spam({ content }: ModuleEvent) {
        const { body } = content;
        return typeof body === 'string' && body.includes('party') ? 'No parties here' : false;
      },
      check_media_file_for_spam: (file) => file.size < 1_000,
    });
    api.registerAccountValidityCallbacks({
      on_user_registration: (userId) => api.runAsBackgroundProcess('welcome', () => api.store.set(`welcomed/${userId}`, true)),
    });
    api.loopingBackgroundCall(() => api.store.update('asked', (times) => Number(times ?? 0) + 1), 3_600_000);
    api.registerWebResource('/_synapse/client/parties', {
      GET: async (ctx) => {
        ctx.body = {
          host: config.host,
          asked: (await api.store.get('asked')) ?? 0,
          welcomed: (await api.store.get(`welcomed/${config.host}`)) ?? false,
        };
      },
    });
  }
}
