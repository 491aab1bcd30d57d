import type { JsonObject, JsonValue, ModuleEvent, SpamCheckerCallbacks } from 'plexus/module';
import type { CallbackName } from './config.ts';

/** What the server may ask; `accept_make_join` is a question of federation, which Plexus does not know. */
export type AskedCallback = Exclude<CallbackName, 'accept_make_join'>;

type Callback<Name extends AskedCallback> = NonNullable<SpamCheckerCallbacks[Name]>;
type Questions = { readonly [Name in AskedCallback]: (...args: Parameters<Callback<Name>>) => JsonObject };

/** The body of each request, made of what the server hands over: the names of the keys are those of the antispam protocol. */
export const QUESTIONS: Questions = {
  user_may_join_room: (user, room, isInvited) => ({ user, room, is_invited: isInvited }),
  user_may_invite: (inviter, invitee, room_id) => ({ inviter, invitee, room_id }),
  user_may_send_3pid_invite: (inviter, medium, address, room_id) => ({ inviter, medium, address, room_id }),
  user_may_create_room: (user_id) => ({ user_id }),
  user_may_create_room_alias: (user_id, room_alias) => ({ user_id, room_alias }),
  user_may_publish_room: (user_id, room_id) => ({ user_id, room_id }),
  check_username_for_spam: (profile, requester) => ({ user_profile: { ...profile }, requester_id: requester ?? null }),
  check_login_for_spam: (user_id, device_id, initial_display_name, request_info, auth_provider_id) => ({
    user_id,
    device_id,
    initial_display_name,
    request_info,
    auth_provider_id,
  }),
  check_event_for_spam: (event) => ({ event: clientEvent(event) }),
  federated_user_may_invite: (event) => ({ event: clientEvent(event) }),
};

/** An event as clients see it: without what only servers need. */
function clientEvent(event: ModuleEvent): JsonObject {
  const { eventId, roomId, sender, type, stateKey, content, originServerTs, redacts, unsigned } = event;
  const optional: readonly (readonly [string, JsonValue | undefined])[] = [
    ['state_key', stateKey],
    ['redacts', redacts],
    ['unsigned', unsigned],
  ];
  const present = optional.filter((entry): entry is readonly [string, JsonValue] => entry[1] !== undefined);
  return { event_id: eventId, room_id: roomId, sender, type, content, origin_server_ts: originServerTs, ...Object.fromEntries(present) };
}
