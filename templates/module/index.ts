import { Codes, defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Keeps certain words out of messages. */
export default defineModule({
  name: 'my-policy',
  version: '0.1.0',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'] },
  config: Type.Object(
    {
      words: Type.Array(Type.String({ minLength: 1 }), {
        default: ['party'],
        description: 'What no message may contain, in capitals or not.',
      }),
    },
    { additionalProperties: false },
  ),
  setup(api, config) {
    api.registerSpamCheckerCallbacks({
      check_event_for_spam({ type, content }) {
        const { body } = content;
        if (type !== 'm.room.message' || typeof body !== 'string') return NOT_SPAM;
        const text = body.toLowerCase();
        const found = config.words.find((word) => text.includes(word.toLowerCase()));
        return found === undefined ? NOT_SPAM : [Codes.FORBIDDEN, { error: `Say it without "${found}"` }];
      },
    });
  },
});
