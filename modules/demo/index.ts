import { ConfigError, MatrixError, type ModuleApi, type ModuleManifest, type WebContext } from 'plexus/module';

interface DemoConfig {
  /** Users who may not create rooms. */
  readonly blocked: readonly string[];
}

/** The example of the author's guide: users who may not create rooms, and a web resource that greets. */
export default class DemoModule {
  static readonly manifest: ModuleManifest = { permissions: { callbacks: ['registerSpamCheckerCallbacks'], web: true } };

  static parseConfig({ blocked: given, ...others }: { blocked?: unknown }): DemoConfig {
    for (const key of Object.keys(others)) throw new ConfigError(`${key} is not a known key; known is blocked`, [key]);
    const blocked = typeof given === 'string' ? [given] : (given ?? []);
    if (!Array.isArray(blocked)) throw new ConfigError('blocked must be a user id or a list of them', ['blocked']);
    for (const [index, userId] of blocked.entries()) {
      if (typeof userId !== 'string' || !userId.startsWith('@'))
        throw new ConfigError('must be a user id, as in @name:server', ['blocked', String(index)]);
    }
    return { blocked: blocked as string[] };
  }

  constructor(config: DemoConfig, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      user_may_create_room: async (userId) => !config.blocked.includes(userId),
    });
    api.registerWebResource('/_synapse/client/demo/hello', {
      GET: (ctx: WebContext) => {
        const { name } = ctx.query;
        if (typeof name !== 'string') throw new MatrixError(400, 'M_MISSING_PARAM', 'Say who to greet: ?name=…');
        ctx.body = { hello: name };
      },
    });
  }
}
