import {
  Codes,
  defineModule,
  MatrixError,
  NOT_SPAM,
  requestedRoom,
  type CodeWithFields,
  type JsonObject,
  type JsonValue,
  type ModuleEvent,
} from 'plexus/module';
import { Config } from './config.ts';
import { compilePatterns, compileRules, type MayInvite } from './rules.ts';

const refusal = (error: string): CodeWithFields => [Codes.FORBIDDEN, { error }];
const ONLY_NEW = 'Here users are invited while a room is created, and not later';
const allowAll: MayInvite = () => true;

/** Says who may invite whom, by servers and addresses, and who may join uninvited. */
export default defineModule({
  name: 'invite-domains',
  requires: '0.1',
  permissions: {
    callbacks: ['registerSpamCheckerCallbacks', 'registerThirdPartyRulesCallbacks'],
    api: ['getRoomState', 'publicRoomListManager'],
  },
  config: Config,
  setup(api, config) {
    const mayInvite = config.invites === undefined ? allowAll : compileRules(config.invites);
    const mayInviteAddress = config.addresses === undefined ? allowAll : compileRules(config.addresses);
    const isKeptFromPublished = compilePatterns(config.published_rooms_closed_to);
    const isExempt = compilePatterns(config.exempt);

    api.registerSpamCheckerCallbacks({
      async user_may_invite(inviter, invitee, roomId) {
        if (isExempt(inviter)) return NOT_SPAM;
        if (!mayInvite(inviter, invitee)) return refusal(`${inviter} may not invite ${invitee} here`);
        const isClosed = isKeptFromPublished(invitee) && (await api.publicRoomListManager.roomIsInPublicRoomList(roomId));
        return isClosed ? refusal(`${invitee} may not be invited into published rooms here`) : NOT_SPAM;
      },
      async user_may_send_3pid_invite(inviter, _medium, address, roomId) {
        if (isExempt(inviter)) return NOT_SPAM;
        if (!mayInviteAddress(inviter, address)) return refusal(`${inviter} may not invite ${address} here`);
        // The mail goes out before the event is asked about.
        return config.invite_into_new_rooms_only && !(await isNew(roomId)) ? refusal(ONLY_NEW) : NOT_SPAM;
      },
      user_may_create_room(userId, request) {
        if (isExempt(userId) || requestedRoom(request).visibility !== 'public') return NOT_SPAM;
        const kept = listIn(request, 'invite')
          .filter((invitee) => typeof invitee === 'string')
          .find(isKeptFromPublished);
        return kept === undefined ? NOT_SPAM : refusal(`${kept} may not be invited into published rooms here`);
      },
      async user_may_join_room(userId, roomId, isInvited) {
        if (isExempt(userId)) return NOT_SPAM;
        if (!isInvited)
          return config.join_when_invited_only ? refusal('Here users join the rooms that they are invited to, and no others') : NOT_SPAM;
        // What holds now counts, for those who were invited before as well.
        const inviter = (await (await api.getRoomState(roomId)).get('m.room.member', userId))?.sender;
        if (inviter === undefined || isExempt(inviter) || mayInvite(inviter, userId)) return NOT_SPAM;
        return refusal(`${inviter} may not invite ${userId} here`);
      },
    });

    api.registerThirdPartyRulesCallbacks({
      // An upgrade is no request for a room, and keeps its members.
      ...(config.create_rooms_for_two_only && {
        on_create_room({ userId }, request) {
          const byHand = listIn(request, 'initial_state').filter((event) => isObject(event) && event['type'] === 'm.room.third_party_invite');
          const invitees = [...new Set(listIn(request, 'invite')), ...listIn(request, 'invite_3pid'), ...byHand];
          if (invitees.length === 1 || isExempt(userId)) return;
          throw new MatrixError(403, Codes.FORBIDDEN, 'Here rooms are for two: invite exactly one user when you create a room');
        },
      }),
      ...(config.invite_into_new_rooms_only && {
        check_event_allowed: async (event) => !isInvitation(event) || isExempt(event.sender) || (await isNew(event.roomId)) || refusal(ONLY_NEW),
      }),
    });

    /** A room that is being created is not there yet. */
    const isNew = async (roomId: string): Promise<boolean> => !(await (await api.getRoomState(roomId)).has('m.room.create'));
  },
});

/** Whether an event invites somebody anew: one that redeems an invitation of an address was asked about when that was sent. */
function isInvitation({ type, membership, content }: ModuleEvent): boolean {
  if (type === 'm.room.third_party_invite') return Object.keys(content).length > 0;
  return membership === 'invite' && content['third_party_invite'] === undefined;
}

function listIn(request: JsonObject, key: string): readonly JsonValue[] {
  const list = request[key];
  return Array.isArray(list) ? (list as JsonValue[]) : [];
}

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
