import { Codes, compileGlobs, defineModule, NOT_SPAM, parseDuration, Type } from 'plexus/module';
import { KINDS, kindsOf, type RoomKind } from './room-kinds.ts';
import { RoomLimit } from './room-limit.ts';

const closed = { additionalProperties: false } as const;
const globs = (description: string) => Type.Array(Type.String(), { default: ['*'], description });

const Config = Type.Object(
  {
    creators: globs('Who may create rooms at all; * and ? are wildcards.'),
    kinds: Type.Object(
      {
        public: globs('Who may create rooms that anybody can find or enter.'),
        private: globs('Who may create rooms that are not public.'),
        direct: globs('Who may create rooms for two.'),
        encrypted: globs('Who may create rooms that are encrypted from the beginning.'),
        unencrypted: globs('Who may create rooms that are not.'),
        space: globs('Who may create spaces.'),
      },
      { ...closed, default: {} },
    ),
    limit: Type.Optional(
      Type.Object(
        { max: Type.Integer({ minimum: 0 }), per: Type.Union([Type.String(), Type.Integer()], { default: '1d' }) },
        { ...closed, description: 'How many rooms one user may create.' },
      ),
    ),
  },
  closed,
);

const REFUSALS: Readonly<Record<RoomKind, string>> = {
  public: 'You may not create public rooms here',
  private: 'You may not create private rooms here',
  direct: 'You may not create direct rooms here',
  encrypted: 'You may not create encrypted rooms here',
  unencrypted: 'You may create encrypted rooms only',
  space: 'You may not create spaces here',
};

/** Says who may create which rooms, and how many. Server administrators may do everything. */
export default defineModule({
  name: 'restrict-room-creation',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'], api: ['isUserAdmin'], storage: true },
  config: Config,
  setup(api, config) {
    const mayCreate = compileGlobs(config.creators);
    const mayCreateKind = new Map(KINDS.map((kind) => [kind, compileGlobs(config.kinds[kind])] as const));
    const period = config.limit === undefined ? 0 : parseDuration(config.limit.per, ['limit', 'per']);
    const limit = config.limit === undefined ? undefined : new RoomLimit(api.store, api.clock, config.limit.max, period);
    if (limit !== undefined) api.loopingBackgroundCall(() => limit.forgetOld(), period);

    api.registerSpamCheckerCallbacks({
      async user_may_create_room(userId, request) {
        if (await api.isUserAdmin(userId)) return NOT_SPAM;
        if (!mayCreate(userId)) return [Codes.FORBIDDEN, { error: 'You may not create rooms here' }];
        const refused = kindsOf(request).find((kind) => mayCreateKind.get(kind)?.(userId) === false);
        if (refused !== undefined) return [Codes.FORBIDDEN, { error: REFUSALS[refused] }];
        const wait = await limit?.take(userId);
        if (wait === undefined) return NOT_SPAM;
        return [Codes.LIMIT_EXCEEDED, { error: 'You have created too many rooms; try again later', retry_after_ms: wait }];
      },
    });
  },
});
