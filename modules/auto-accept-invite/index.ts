import { compileGlobs, defineModule, isRefusal, Type, type ModuleEvent } from 'plexus/module';

const Config = Type.Object(
  {
    only_for_direct_messages: Type.Boolean({ default: false, description: 'Accepts invitations to rooms for two only.' }),
    only_from_local_users: Type.Boolean({ default: false, description: 'Accepts invitations by users of this server only.' }),
    users: Type.Array(Type.String(), { default: ['*'], description: 'Whose invitations are accepted; * and ? are wildcards.' }),
  },
  { additionalProperties: false },
);

/** How long to wait after each attempt that failed, in seconds. */
const PAUSES = [1, 5, 30, 120] as const;

/** Lets users join the rooms that they are invited to, without their doing. */
export default defineModule({
  name: 'auto-accept-invite',
  requires: '0.1',
  permissions: {
    callbacks: ['registerThirdPartyRulesCallbacks'],
    api: ['getUserinfoById', 'getRoomState', 'updateRoomMembership', 'accountDataManager'],
  },
  config: Config,
  setup(api, config) {
    const isCovered = compileGlobs(config.users);
    const accepted = api.metrics.counter('accepted', 'Invitations that were accepted');

    api.registerThirdPartyRulesCallbacks({
      on_new_event(event) {
        const { membership, stateKey: invitee } = event;
        if (membership !== 'invite' || invitee === undefined || !wants(event, invitee)) return;
        // The request that invites does not wait for it.
        void api.runAsBackgroundProcess('accept an invitation', () => accept(event, invitee));
      },
    });

    function wants(event: ModuleEvent, invitee: string): boolean {
      if (!api.isMine(invitee) || !isCovered(invitee)) return false;
      if (config.only_from_local_users && !api.isMine(event.sender)) return false;
      return !config.only_for_direct_messages || isDirect(event);
    }

    async function accept(event: ModuleEvent, invitee: string): Promise<void> {
      const account = await api.getUserinfoById(invitee);
      if (account === undefined || account.isDeactivated) return;
      if (!(await join(event, invitee))) return;
      accepted.inc();
      if (isDirect(event)) await api.accountDataManager.addDirectRoom(invitee, event.sender, event.roomId);
    }

    /** @returns whether the user is in the room now */
    async function join({ roomId }: ModuleEvent, invitee: string): Promise<boolean> {
      for (const pause of [...PAUSES, undefined]) {
        try {
          await api.updateRoomMembership(invitee, invitee, roomId, 'join');
          return true;
        } catch (error) {
          if (pause === undefined || isRefusal(error)) {
            api.log.warn({ error, roomId, invitee }, 'an invitation could not be accepted');
            return false;
          }
          await api.sleep(pause);
        }
        if (!(await isInvited(roomId, invitee))) return false;
      }
      return false;
    }

    /** Who has declined meanwhile, or was sent away, is left alone. */
    async function isInvited(roomId: string, userId: string): Promise<boolean> {
      const member = await (await api.getRoomState(roomId)).get('m.room.member', userId);
      return member?.membership === 'invite';
    }
  },
});

const isDirect = ({ content }: ModuleEvent): boolean => content['is_direct'] === true;
