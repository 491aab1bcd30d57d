import { Codes, defineModule, NOT_SPAM } from 'plexus/module';

/** Lets each user create two rooms. */
export default defineModule({
  name: 'room-allowance',
  version: '0.1.0',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'] },
  setup(api) {
    const created = new Map<string, number>();
    api.registerSpamCheckerCallbacks({
      user_may_create_room(userId) {
        const count = created.get(userId) ?? 0;
        if (count >= 2) return [Codes.LIMIT_EXCEEDED, { error: 'You have created enough rooms' }];
        created.set(userId, count + 1);
        return NOT_SPAM;
      },
    });
  },
});
