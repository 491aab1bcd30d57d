import { MatrixError, type ModuleApi } from 'plexus/module';

/** For a reverse proxy that knows its users: it sets X-Remote-User, and lets no browser set it. */
export default class ProxyLogin {
  constructor(_config: object, api: ModuleApi) {
    api.registerWebResource('/_synapse/client/proxy-login', {
      async GET(ctx) {
        const name = ctx.get('x-remote-user');
        if (name === '') throw new MatrixError(401, 'M_UNAUTHORIZED', 'The proxy does not know you');
        const existing = await api.checkUserExists(api.getQualifiedUserId(name));
        const userId = existing ?? (await api.registerUser(name));
        await api.completeSsoLoginAsync(userId, ctx, String(ctx.query['redirectUrl']), existing === undefined);
      },
    });
  }
}
