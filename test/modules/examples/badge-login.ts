import { defineModule, Type } from 'plexus/module';

/** Lets people in by the number of their badge; an account is made when they come for the first time. */
export default defineModule({
  name: 'badge-login',
  config: Type.Object({ badges: Type.Record(Type.String(), Type.String(), { description: 'The name of each badge’s owner.' }) }),
  setup(api, { badges }) {
    const owners = new Map(Object.entries(badges));
    api.registerPasswordAuthProviderCallbacks({
      auth_checkers: [
        [
          ['org.example.badge', ['badge']],
          async (user, _type, { badge }) => {
            const owner = typeof badge === 'string' ? owners.get(badge) : undefined;
            if (owner === undefined) return null;
            const userId = api.getQualifiedUserId(owner);
            if (userId !== api.getQualifiedUserId(user)) return null;
            return (await api.checkUserExists(userId)) ?? (await api.registerUser(owner));
          },
        ],
      ],
      on_logged_out: (userId, deviceId) => api.log.info({ userId, deviceId }, 'a badge was put away'),
    });
  },
});
