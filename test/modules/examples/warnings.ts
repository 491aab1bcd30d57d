import { MatrixError, type ModuleApi, type WebContext } from 'plexus/module';

interface Warning {
  readonly [key: string]: string | number;
  readonly at: number;
  readonly text: string;
}

/** Admins warn users; whoever was warned three times creates no more rooms. */
export default class Warnings {
  constructor(_config: object, api: ModuleApi) {
    const warningsOf = async (userId: string): Promise<readonly Warning[]> => ((await api.store.get(userId)) ?? []) as readonly Warning[];
    const warn = async (ctx: WebContext): Promise<void> => {
      if (!(await api.getUserByReq(ctx)).isAdmin) throw new MatrixError(403, 'M_FORBIDDEN', 'Only admins warn');
      const { user, text } = ctx.request.body as Record<string, string>;
      const warning = { at: api.clock.now(), text: String(text) };
      // Two admins at the same time lose nothing: what is read and what is written belong together.
      const all = await api.store.update(String(user), (before) => [...((before ?? []) as readonly Warning[]), warning]);
      ctx.body = { warnings: all.length };
    };
    api.registerWebResource('/_synapse/client/warnings', {
      POST: warn,
      GET: async (ctx) => void (ctx.body = { warned: (await api.store.list({ prefix: '@' })).map(({ key }) => key) }),
    });
    api.registerSpamCheckerCallbacks({ user_may_create_room: async (userId) => (await warningsOf(userId)).length < 3 });
    api.registerUserDataCallbacks({
      on_user_data_export: async (userId) => ({ warnings: await warningsOf(userId) }),
      async on_user_erase(userId) {
        await api.store.delete(userId);
      },
    });
  }
}
