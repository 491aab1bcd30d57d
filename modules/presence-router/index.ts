import { defineModule, PRESENCE_ALL_USERS, Type, type PresenceState } from 'plexus/module';

const Config = Type.Object(
  {
    groups: Type.Array(Type.Array(Type.String()), { default: [], description: 'Users who see one another, by their ids.' }),
    see_everybody: Type.Array(Type.String(), { default: [], description: 'Users who see the presence of everybody.' }),
  },
  { additionalProperties: false },
);

/** Shows presence beyond shared rooms: within groups of users, and everybody's to some. */
export default defineModule({
  name: 'presence-router',
  requires: '0.1',
  permissions: { callbacks: ['registerPresenceRouterCallbacks'] },
  config: Config,
  setup(api, config) {
    const seesAll = new Set(config.see_everybody);
    const groupsOf = new Map<string, string[][]>();
    for (const group of config.groups) for (const userId of group) groupsOf.set(userId, [...(groupsOf.get(userId) ?? []), group]);
    const companionsOf = (userId: string): Set<string> => new Set((groupsOf.get(userId) ?? []).flat().filter((other) => other !== userId));

    api.registerPresenceRouterCallbacks({
      get_users_for_states(states) {
        const routes = new Map<string, Set<PresenceState>>();
        for (const state of states) {
          for (const viewer of [...companionsOf(state.userId), ...seesAll]) routes.set(viewer, (routes.get(viewer) ?? new Set()).add(state));
        }
        return routes;
      },
      get_interested_users: (userId) => (seesAll.has(userId) ? PRESENCE_ALL_USERS : companionsOf(userId)),
    });
  },
});
