import { Codes, compileGlobs, defineModule, NOT_SPAM, parseDuration, Type, type JsonValue } from 'plexus/module';

/** Lets each user create so many rooms in a while. */
export default defineModule({
  name: 'room-allowance',
  version: '0.2.0',
  requires: '0.1',
  permissions: {
    callbacks: ['registerSpamCheckerCallbacks', 'registerUserDataCallbacks'],
    api: ['getUserByReq'],
    storage: true,
    web: true,
    network: ['*'],
  },
  config: Type.Object(
    {
      rooms: Type.Integer({ minimum: 0, default: 2, description: 'How many rooms a user may create.' }),
      per: Type.String({ default: '1d', description: 'In which time.' }),
      except: Type.Array(Type.String(), { default: [], description: 'Who may create as many as they like; * and ? are wildcards.' }),
      directory: Type.Optional(Type.String({ description: 'An address that knows who is staff, which counts as excepted.' })),
    },
    { additionalProperties: false },
  ),
  setup(api, config) {
    const isExcepted = compileGlobs(config.except);
    const period = parseDuration(config.per, ['per']);
    /** When somebody created rooms, as far as it still counts. */
    const recent = (times: JsonValue | undefined): number[] => ((times ?? []) as number[]).filter((time) => time > api.clock.now() - period);

    /** Takes one room of what is left. @returns false when nothing is */
    async function take(userId: string): Promise<boolean> {
      let isLeft = false;
      await api.store.update(userId, (before) => {
        const times = recent(before);
        isLeft = times.length < config.rooms;
        return isLeft ? [...times, api.clock.now()] : times;
      });
      return isLeft;
    }

    async function isStaff(userId: string): Promise<boolean> {
      if (config.directory === undefined) return false;
      try {
        const { staff } = (await api.httpClient.getJson(config.directory, { user: userId })) as { staff?: boolean };
        return staff === true;
      } catch (error) {
        // Without the directory everybody has the usual allowance.
        api.log.warn({ error }, 'the directory does not answer');
        return false;
      }
    }

    api.registerWebResource('/_synapse/client/room-allowance', {
      async GET(ctx) {
        const { userId } = await api.getUserByReq(ctx);
        ctx.body = { rooms_left: Math.max(config.rooms - recent(await api.store.get(userId)).length, 0) };
      },
    });
    api.registerUserDataCallbacks({
      on_user_data_export: async (userId) => ({ created: recent(await api.store.get(userId)) }),
      async on_user_erase(userId) {
        await api.store.delete(userId);
      },
    });
    api.registerSpamCheckerCallbacks({
      async user_may_create_room(userId) {
        if (isExcepted(userId) || (await isStaff(userId)) || (await take(userId))) return NOT_SPAM;
        return [Codes.LIMIT_EXCEEDED, { error: `You may create ${config.rooms} rooms in ${config.per}` }];
      },
    });
  },
});
