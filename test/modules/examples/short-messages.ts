import { compileGlobs, ConfigError, defineModule, NOT_SPAM, parseByteSize, Type } from 'plexus/module';

/** Keeps messages short. */
export default defineModule({
  name: 'short-messages',
  config: Type.Object(
    {
      max: Type.String({ default: '2KiB', description: 'How large a text may be.' }),
      except: Type.Array(Type.String(), { default: [], description: 'Who may write more; * and ? are wildcards.' }),
    },
    { additionalProperties: false },
  ),
  setup(api, config) {
    const max = parseByteSize(config.max, ['max']);
    if (max === 0) throw new ConfigError('must be more than nothing', ['max']);
    const isExcepted = compileGlobs(config.except);
    api.registerSpamCheckerCallbacks({
      check_event_for_spam({ sender, content: { body } }) {
        if (typeof body !== 'string' || isExcepted(sender)) return NOT_SPAM;
        return Buffer.byteLength(body) > max ? `At most ${max} bytes, please` : NOT_SPAM;
      },
    });
  },
});
