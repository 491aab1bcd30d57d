import { Codes, defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Refuses what somebody has said just before. What it remembers outlives its exchange. */
export default defineModule({
  name: 'floods',
  config: Type.Object({ error: Type.String({ default: 'You have said so' }) }),
  setup(api, { error }) {
    let last = new Map<string, string>();
    api.registerSpamCheckerCallbacks({
      check_event_for_spam({ type, sender, content: { body } }) {
        if (type !== 'm.room.message' || typeof body !== 'string') return NOT_SPAM;
        if (last.get(sender) === body) return [Codes.LIMIT_EXCEEDED, { error }];
        last.set(sender, body);
        return NOT_SPAM;
      },
    });
    api.onHandover({ save: () => last, restore: (saved) => void (last = saved as typeof last) });
  },
});
