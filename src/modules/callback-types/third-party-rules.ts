import type { JsonValue } from '../../core/json.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { ModuleRequester } from '../views/module-requester.ts';
import type { StateEvents } from '../views/state-events.ts';
import type { Answer, EventSignatures, ExplicitVerdict, Verdict } from './values.ts';

/** `registerThirdPartyRulesCallbacks`. */
export interface ThirdPartyRulesCallbacks {
  /**
   * Whether an event may be sent. `[true, dict]` puts another event in its place: edit `event.getDict()`. Room, type, state key and sender must stay;
   * content and `origin_server_ts` are taken over, and the rules of the room and the limits of size hold for them.
   * @param state the room's state before the event; in a new room, what the events before it have made
   * @asked for every new event, before `check_event_for_spam`. Each module sees what the one before it made of the event
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse ends the question at the first replacement
   */
  check_event_allowed?(event: ModuleEvent, state: StateEvents): Answer<Verdict | readonly [boolean] | readonly [boolean, object | null | undefined]>;
  /**
   * Lets somebody else sign an event besides this server, as policy servers do, or refuses it. Answers nothing for an event that is not to be signed,
   * and for others a function: it is called with the event as it will be stored, and answers the signatures, `{ [server]: { [key id]: base64 } }`, or
   * refuses. They are added to those of the event, which stay as they are.
   * @param state the room's state before the event
   * @asked for every event that others will see, after `check_event_for_spam`. A signature holds for one place in the room only: so the function is
   *   called for one event of a room at a time, which the next ones wait for, and has to be quick. It may not act in the room
   * @refused 403 M_FORBIDDEN
   * @synapse has no such callback
   */
  sign_event?(
    event: ModuleEvent,
    state: StateEvents,
  ): Answer<((event: ModuleEvent) => Answer<EventSignatures | ExplicitVerdict | null | undefined>) | ExplicitVerdict | null | undefined>;
  /**
   * May change a request to create a room, or refuse it by throwing a `MatrixError`. What is returned does not matter.
   * @param content the request's body, which may be changed in place. When the module fails, what it had changed is undone
   * @asked on createRoom, before the request is validated
   * @refused what the module throws
   * @synapse makes 403 M_UNKNOWN of any other error
   */
  on_create_room?(requester: ModuleRequester, content: Record<string, JsonValue>, isRequesterAdmin: boolean): Answer<void>;
  /**
   * Whether an address may be invited to a room. True allows.
   * @param state the room's state; empty for a room that is just being created
   * @asked for every invitation of an address, those of createRoom included, before it is looked up at the identity server
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed, and asks about createRoom's invitations once the room is there
   */
  check_threepid_can_be_invited?(medium: string, address: string, state: StateEvents): Answer<Verdict>;
  /**
   * Whether a room's visibility in the directory may be changed. True allows.
   * @param state the room's state; empty for a room that is just being created
   * @asked when a room is published or withdrawn, and on every createRoom, whether public or private; not when an upgrade moves a room's place
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed, and does not ask when a room is withdrawn
   */
  check_visibility_can_be_modified?(roomId: string, state: StateEvents, newVisibility: 'public' | 'private'): Answer<Verdict>;
  /**
   * Whether a room may be shut down. True allows.
   * @param userId the administrator who asks for it; undefined when a module does
   * @asked before an administrator (`DELETE /_synapse/admin/v1/rooms/{roomId}`, `v2`) or a module (`deleteRoom`) deletes a room; nothing was done by
   *   then. That everybody leaves asks for each member what leaving asks
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed
   */
  check_can_shutdown_room?(userId: string | undefined, roomId: string): Answer<Verdict>;
  /**
   * Whether an account may be deactivated. True allows.
   * @param byAdmin whether it is somebody other than the user
   * @asked when an account is deactivated, once the user was authenticated for it, or by an administrator
   * @refused 403 M_FORBIDDEN
   * @synapse takes an error to mean that it is allowed
   */
  check_can_deactivate_user?(userId: string, byAdmin: boolean): Answer<Verdict>;
  /**
   * An event was stored.
   * @param state the room's present state
   * @asked after every event, of whichever road; what shadow-banned users send is not told
   */
  on_new_event?(event: ModuleEvent, state: StateEvents): Answer<void>;
  /**
   * A profile was changed, or is gone.
   * @param newProfile name and picture as they are now
   * @param byAdmin whether it was somebody other than the user: an administrator, or a module
   * @param deactivation whether it follows from the end of the account
   * @asked after each change to any field of a profile, custom ones included, and when a deactivated account is erased; not for the profile of a new
   *   account, nor for what users call themselves in one room
   */
  on_profile_update?(
    userId: string,
    newProfile: { readonly displayName: string | undefined; readonly avatarUrl: string | undefined },
    byAdmin: boolean,
    deactivation: boolean,
  ): Answer<void>;
  /**
   * An account was deactivated, or an administrator has opened it again. It leaves its rooms after this.
   * @asked after the account was closed, and after what its end makes the other callbacks hear
   */
  on_user_deactivation_status_changed?(userId: string, deactivated: boolean, byAdmin: boolean): Answer<void>;
  /** The same as `on_add_user_third_party_identifier`, told directly after it. @deprecated */
  on_threepid_bind?(userId: string, medium: string, address: string): Answer<void>;
  /**
   * An address was added to an account.
   * @param address in canonical form: mail addresses in small letters
   * @asked after registration with an address, by mail or by single sign-on, and after `POST /account/3pid/add` and `/account/3pid`; not for what is
   *   bound at an identity server
   */
  on_add_user_third_party_identifier?(userId: string, medium: string, address: string): Answer<void>;
  /**
   * An address was removed from an account.
   * @asked after `POST /account/3pid/delete`, and for each address of an account that is deactivated; not for what was not there
   */
  on_remove_user_third_party_identifier?(userId: string, medium: string, address: string): Answer<void>;
}
