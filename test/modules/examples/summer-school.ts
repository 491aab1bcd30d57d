import { defineModule, RegistrationBehaviour, Type } from 'plexus/module';

/** Who registers needs a name of the school, and the accounts end with the summer. */
export default defineModule({
  name: 'summer-school',
  config: Type.Object({ prefix: Type.String(), until: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }) }),
  setup(api, { prefix, until }) {
    const end = Date.parse(until);
    api.registerSpamCheckerCallbacks({
      check_registration_for_spam: (_email, username) =>
        username?.startsWith(prefix) === true ? RegistrationBehaviour.ALLOW : RegistrationBehaviour.DENY,
    });
    api.registerAccountValidityCallbacks({
      is_user_expired: (userId) => (userId.startsWith(`@${prefix}`) ? api.clock.now() >= end : null),
    });
  },
});
