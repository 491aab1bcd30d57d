import { Codes, compileGlobs, defineModule, MatrixError, NOT_SPAM, Type, type JsonObject, type StateEvents } from 'plexus/module';
import { addEncryption, kindAskedFor, removeEncryption, wantsEncryption, type RoomKind } from './new-room.ts';

const closed = { additionalProperties: false } as const;
const rule = (description: string) =>
  Type.Union(
    ['allow', 'force', 'forbid'].map((value) => Type.Literal(value)),
    { default: 'allow', description },
  );

const Config = Type.Object(
  {
    rooms: Type.Object(
      {
        direct: rule('Rooms for two.'),
        private: rule('Rooms that are neither public nor for two.'),
        public: rule('Rooms that anybody can find or enter.'),
      },
      { ...closed, default: {}, description: 'Whether rooms are encrypted: allow leaves it to who makes them.' },
    ),
    algorithm: Type.String({ default: 'm.megolm.v1.aes-sha2', description: 'What is set where encryption is forced.' }),
    when_forbidden: Type.Union([Type.Literal('refuse'), Type.Literal('remove')], {
      default: 'refuse',
      description: 'What happens to a request for a new room that would be encrypted: refuse it, or make the room without encryption.',
    }),
    exempt: Type.Array(Type.String(), { default: [], description: 'Users whom nothing holds for; * and ? are wildcards.' }),
  },
  closed,
);

const FORBIDDEN: Readonly<Record<RoomKind, string>> = {
  direct: 'Direct rooms may not be encrypted here',
  private: 'Private rooms may not be encrypted here',
  public: 'Public rooms may not be encrypted here',
};

/** Says which rooms are encrypted, and which may not be. */
export default defineModule({
  name: 'encryption-policy',
  requires: '0.1',
  permissions: {
    callbacks: ['registerSpamCheckerCallbacks', 'registerThirdPartyRulesCallbacks'],
    api: ['getRoomState', 'accountDataManager', 'publicRoomListManager'],
  },
  config: Config,
  setup(api, config) {
    const isExempt = compileGlobs(config.exempt);
    const isForbidden = (kind: RoomKind): boolean => config.rooms[kind] === 'forbid';

    api.registerThirdPartyRulesCallbacks({
      on_create_room(requester, request) {
        const kind = kindAskedFor(request);
        if (kind === undefined || isExempt(requester.userId)) return;
        if (config.rooms[kind] === 'force') return addEncryption(request, config.algorithm);
        if (!isForbidden(kind) || !wantsEncryption(request)) return;
        if (config.when_forbidden === 'refuse') throw new MatrixError(403, Codes.FORBIDDEN, FORBIDDEN[kind]);
        removeEncryption(request);
      },
    });

    api.registerSpamCheckerCallbacks({
      async user_may_send_state_event(userId, roomId, type, stateKey, content) {
        const kind = isExempt(userId) || stateKey !== '' ? undefined : await kindOfEncrypted(userId, roomId, type, content);
        return kind !== undefined && isForbidden(kind) ? [Codes.FORBIDDEN, { error: FORBIDDEN[kind] }] : NOT_SPAM;
      },
      async user_may_publish_room(userId, roomId) {
        if (isExempt(userId) || !isForbidden('public') || !(await isEncrypted(roomId))) return NOT_SPAM;
        return [Codes.FORBIDDEN, { error: FORBIDDEN.public }];
      },
    });

    /** @returns what kind of encrypted room this state would make; undefined when it makes none */
    async function kindOfEncrypted(userId: string, roomId: string, type: string, content: JsonObject): Promise<RoomKind | undefined> {
      if (type === 'm.room.encryption') return kindOf(userId, roomId);
      if (type !== 'm.room.join_rules' || content['join_rule'] !== 'public') return undefined;
      return (await isEncrypted(roomId)) ? 'public' : undefined;
    }

    const isEncrypted = async (roomId: string): Promise<boolean> => (await api.getRoomState(roomId)).has('m.room.encryption');

    /** Which rooms are for two, users say themselves (`m.direct`): the room does not know it. */
    async function kindOf(userId: string, roomId: string): Promise<RoomKind> {
      const isPublic = (await hasPublicRule(await api.getRoomState(roomId))) || (await api.publicRoomListManager.roomIsInPublicRoomList(roomId));
      if (isPublic) return 'public';
      const direct = api.isMine(userId) ? await api.accountDataManager.getGlobal(userId, 'm.direct') : undefined;
      return Object.values(direct ?? {}).some((rooms) => Array.isArray(rooms) && rooms.includes(roomId)) ? 'direct' : 'private';
    }
  },
});

const hasPublicRule = async (state: StateEvents): Promise<boolean> => (await state.get('m.room.join_rules'))?.content['join_rule'] === 'public';
