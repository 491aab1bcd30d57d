import type { JsonValue } from '../../core/json.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { ModuleRequester } from '../views/module-requester.ts';
import type { StateEvents } from '../views/state-events.ts';
import type { Answer, EventSignatures, ExplicitVerdict, Verdict } from './values.ts';

/** `registerThirdPartyRulesCallbacks`. What may be sent and changed, and what has happened. */
export interface ThirdPartyRulesCallbacks {
  /**
   * Whether an event may be sent.
   * @param event each module sees what the one before it made of it
   * @param state the room's state before the event; in a new room, what the events before it have made
   * @returns true, `[true]` or `NOT_SPAM` allows; false or a code refuses; `[true, dict]` puts another event in its place: edit `event.getDict()`.
   *   Room, type, state key and sender must stay; content and `origin_server_ts` are taken over, and the rules of the room and the limits of size hold
   *   for them
   * @asked for every new event, before `check_event_for_spam`: messages, state, memberships, redactions, the events of a new room, what follows from a
   *   changed profile, and what modules send
   * @exempt nobody
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse wants a pair in every case, and ends the question at the first replacement, so that later modules cannot refuse it
   */
  check_event_allowed?(event: ModuleEvent, state: StateEvents): Answer<Verdict | readonly [boolean] | readonly [boolean, object | null | undefined]>;
  /**
   * Lets somebody else sign an event besides this server, as policy servers do, or refuses it. A signature covers the event's place in the room, so
   * that one event of a room is signed at a time, and the others that are to be signed wait: be quick. Meanwhile the module can do nothing in that
   * room, nor in others whose events are signed; let it do so in the background (`runAsBackgroundProcess`). Events that nobody signs do not wait.
   * @param event as it will be sent, replacements included
   * @param state the room's state before the event
   * @returns nothing for an event that is not to be signed; a code refuses; a function signs: it is called when it is the event's turn, with the event
   *   as it will be stored, and answers `{ [server]: { [key id]: signature } }`, or refuses. These signatures are added to those of the event, which
   *   stay as they are. Nobody checks them but the module, by `isEventSignedBy(event, room version, { serverName, keyId, publicKey })`
   * @asked for every event that others will see, after `check_event_allowed` and `check_event_for_spam`. When another event takes the place, the function
   *   is called once more; when the state of the room has changed, all callbacks are asked again
   * @exempt what shadow-banned users send
   * @refused 403 M_FORBIDDEN
   * @synapse has no such callback
   */
  sign_event?(
    event: ModuleEvent,
    state: StateEvents,
  ): Answer<((event: ModuleEvent) => Answer<EventSignatures | ExplicitVerdict | null | undefined>) | ExplicitVerdict | null | undefined>;
  /**
   * May change a request to create a room, or refuse it.
   * @param requester who asks
   * @param content the request's body, which may be changed in place. When the module fails, what it had changed is undone
   * @param isRequesterAdmin whether they are a server administrator
   * @returns nothing that matters: it refuses by throwing a `MatrixError`
   * @asked on createRoom, before the request is validated, and for the room of server notices
   * @exempt upgrades, and the room to which the members of a deleted room are brought: nobody's request
   * @refused what the module throws
   * @synapse makes 403 M_UNKNOWN of any other error
   */
  on_create_room?(requester: ModuleRequester, content: Record<string, JsonValue>, isRequesterAdmin: boolean): Answer<void>;
  /**
   * Whether an address may be invited to a room.
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @param state the room's state; empty for a room that is just being created
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked for every invitation of an address, those of createRoom included, before it is looked up at the identity server
   * @exempt nobody
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse takes an error to mean that it is allowed, and asks about createRoom's invitations once the room is there
   */
  check_threepid_can_be_invited?(medium: string, address: string, state: StateEvents): Answer<Verdict>;
  /**
   * Whether a room's visibility in the directory may be changed.
   * @param roomId the room; one of createRoom is not there yet
   * @param state the room's state; empty for a room that is just being created
   * @param newVisibility `public` in the directory, or `private`
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked when a room is published or withdrawn, and on every createRoom, whether public or private
   * @exempt the place of a room that an upgrade moves; a room that is deleted
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse takes an error to mean that it is allowed, does not ask when a room is withdrawn, and answers 403 M_UNKNOWN
   */
  check_visibility_can_be_modified?(roomId: string, state: StateEvents, newVisibility: 'public' | 'private'): Answer<Verdict>;
  /**
   * Whether a room may be shut down.
   * @param userId the administrator who asks for it; undefined when a module does
   * @param roomId the room
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked before an administrator (`DELETE /_synapse/admin/v1/rooms/{roomId}`, `v2`) or a module (`deleteRoom`) deletes a room; nothing was done by
   *   then. That everybody leaves asks for each member what leaving asks
   * @exempt nobody
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed
   */
  check_can_shutdown_room?(userId: string | undefined, roomId: string): Answer<Verdict>;
  /**
   * Whether an account may be deactivated.
   * @param userId whose account
   * @param byAdmin whether it is somebody other than the user
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked when an account is deactivated, once the user was authenticated for it, or by an administrator
   * @exempt nobody
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed
   */
  check_can_deactivate_user?(userId: string, byAdmin: boolean): Answer<Verdict>;
  /**
   * An event was stored.
   * @param event as it was stored
   * @param state the room's present state
   * @returns nothing that matters
   * @asked after every event, of whichever road
   * @exempt what shadow-banned users send, which nobody else is to know of
   * @refused nothing: the event is there
   * @synapse tells it in every process of the server
   */
  on_new_event?(event: ModuleEvent, state: StateEvents): Answer<void>;
  /**
   * A profile was changed, or is gone.
   * @param userId whose
   * @param newProfile name and picture as they are now
   * @param byAdmin whether it was somebody other than the user: an administrator, or a module
   * @param deactivation whether it follows from the end of the account
   * @returns nothing that matters
   * @asked after each change to any field of a profile, custom ones included, and when a deactivated account is erased
   * @exempt the profile of a new account; what users call themselves in one room
   * @refused nothing: the change is made
   * @synapse the same; older versions told the end of a profile in two calls
   */
  on_profile_update?(
    userId: string,
    newProfile: { readonly displayName: string | undefined; readonly avatarUrl: string | undefined },
    byAdmin: boolean,
    deactivation: boolean,
  ): Answer<void>;
  /**
   * An account was deactivated, or an administrator has opened it again. It leaves its rooms after this.
   * @param userId whose account
   * @param deactivated whether it has ended
   * @param byAdmin whether it was somebody other than the user
   * @returns nothing that matters
   * @asked after the account was closed, and after what its end makes the other callbacks hear
   * @exempt nobody
   * @refused nothing: it is done
   * @synapse the same
   */
  on_user_deactivation_status_changed?(userId: string, deactivated: boolean, byAdmin: boolean): Answer<void>;
  /**
   * The same as `on_add_user_third_party_identifier`.
   * @deprecated use that one
   * @param userId to whose account it was added
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @returns nothing that matters
   * @asked directly after it
   * @exempt as there
   * @refused nothing: the address is added
   * @synapse the same
   */
  on_threepid_bind?(userId: string, medium: string, address: string): Answer<void>;
  /**
   * An address was added to an account.
   * @param userId to whose account
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @returns nothing that matters
   * @asked after registration with an address, by mail or by single sign-on, after `POST /account/3pid/add` and `/account/3pid`, and when an administrator
   *   gives one to an account
   * @exempt what is bound at an identity server
   * @refused nothing: the address is added
   * @synapse the same
   */
  on_add_user_third_party_identifier?(userId: string, medium: string, address: string): Answer<void>;
  /**
   * An address was removed from an account.
   * @param userId from whose account
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @returns nothing that matters
   * @asked after `POST /account/3pid/delete`, when an administrator takes it away, and for each address of an account that is deactivated
   * @exempt an address that was not there
   * @refused nothing: the address is removed
   * @synapse the same
   */
  on_remove_user_third_party_identifier?(userId: string, medium: string, address: string): Answer<void>;
}
