import { Codes, defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Lets each user create so many rooms. */
export default defineModule({
  name: 'room-allowance',
  version: '0.1.0',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'] },
  config: Type.Object(
    { rooms: Type.Integer({ minimum: 0, default: 2, description: 'How many rooms a user may create.' }) },
    { additionalProperties: false },
  ),
  setup(api, config) {
    const created = new Map<string, number>();
    api.registerSpamCheckerCallbacks({
      user_may_create_room(userId) {
        const count = created.get(userId) ?? 0;
        if (count >= config.rooms) return [Codes.LIMIT_EXCEEDED, { error: 'You have created enough rooms' }];
        created.set(userId, count + 1);
        return NOT_SPAM;
      },
    });
  },
});
