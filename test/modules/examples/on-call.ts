import { defineModule, Type, type PresenceState } from 'plexus/module';

/** Everybody at the desks sees who of those on call is online, without sharing a room with them. */
export default defineModule({
  name: 'on-call',
  config: Type.Object({ desks: Type.Array(Type.String()), on_call: Type.Array(Type.String()) }),
  setup(api, { desks, on_call: onCall }) {
    api.registerPresenceRouterCallbacks({
      get_users_for_states(states): Map<string, PresenceState[]> {
        const shown = states.filter(({ userId }) => onCall.includes(userId));
        return new Map(desks.map((desk) => [desk, shown]));
      },
      get_interested_users: (userId) => (desks.includes(userId) ? onCall : []),
    });
  },
});
