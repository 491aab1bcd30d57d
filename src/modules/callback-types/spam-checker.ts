import type { JsonObject } from '../../core/json.ts';
import type { RegistrationBehaviour } from '../codes.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { ModuleFile, ModuleFileInfo } from '../views/module-file.ts';
import type { ModuleProfile } from '../views/module-profile.ts';
import type { Answer, CodeWithFields, EmailThreepid, ExplicitVerdict, RequestInfo, Verdict } from './values.ts';

/** `registerSpamCheckerCallbacks`. Users, rooms and aliases are handed over by their ids. */
export interface SpamCheckerCallbacks {
  /**
   * Whether an event is spam.
   * @param event as it will be sent, replacements included
   * @returns true or a code: spam; a text: spam, with that reason for the client; false or `NOT_SPAM`: fine
   * @asked for every new event, after `check_event_allowed`: messages, state, memberships, redactions, the events of a new room, what follows from a
   *   changed profile, and what modules send
   * @exempt nobody
   * @refused 403 M_FORBIDDEN, the reason as `error`
   * @synapse does not ask about memberships, nor about the events of a new room; takes nothing returned to mean spam
   */
  check_event_for_spam?(event: ModuleEvent): Answer<boolean | string | CodeWithFields>;
  /**
   * Whether an event of another server is to be dropped before anything is done with it.
   * @param event as it came
   * @returns true, or a text for the log: it is dropped
   * @asked never: this server does not federate yet
   * @exempt everything, as long as nothing comes from other servers
   * @refused nothing: no client waits for such an event
   * @synapse asks when an event of a transaction or an invitation arrives, and takes `NOT_SPAM` to mean that it is dropped
   */
  should_drop_federated_event?(event: ModuleEvent): Answer<boolean | string>;
  /**
   * Whether somebody may join a room.
   * @param userId who joins
   * @param roomId the room
   * @param isInvited whether they were invited
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked whenever somebody joins: by `POST /join`, by `PUT …/state/m.room.member`, with an invitation that came by mail, after a knock, into a
   *   restricted room, and by a module
   * @exempt who creates or upgrades the room; members who only change name or picture. A knock is no join
   * @refused 403 M_FORBIDDEN
   * @synapse asks for each changed profile as well, and does not ask about administrators
   */
  user_may_join_room?(userId: string, roomId: string, isInvited: boolean): Answer<Verdict>;
  /**
   * Whether one user may invite another.
   * @param inviter who invites
   * @param invitee whom
   * @param roomId the room; one of createRoom is not there yet
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked for every invitation, those of createRoom, of `PUT …/state/m.room.member`, of modules and of server notices included; when an invitation that
   *   came by mail is redeemed, of who sent it
   * @exempt an invitation that stands already in the same words
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse does not ask about administrators; asks about createRoom's invitations once the room is there, and leaves it behind
   */
  user_may_invite?(inviter: string, invitee: string, roomId: string): Answer<Verdict>;
  /**
   * Whether another server's user may invite a local one.
   * @param event the invitation
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked never: this server does not federate yet
   * @exempt everything, as long as nothing comes from other servers
   * @refused nothing: the other server is answered, not a client
   * @synapse asks before `user_may_invite`, which is then asked of the same invitation
   */
  federated_user_may_invite?(event: ModuleEvent): Answer<Verdict>;
  /**
   * Whether somebody may invite an address that belongs to no known user.
   * @param inviter who invites
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @param roomId the room; one of createRoom is not there yet
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked for every invitation of an address, those of createRoom included, once the identity server was asked who it is and before it sends anything
   * @exempt an address that the identity server knows: `user_may_invite` is asked about its user instead
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse asks about createRoom's invitations once the room is there, and leaves it behind
   */
  user_may_send_3pid_invite?(inviter: string, medium: string, address: string, roomId: string): Answer<Verdict>;
  /**
   * Whether somebody may create a room.
   * @param userId who will be its creator
   * @param config createRoom's request, with the changes of on_create_room; for an upgrade, `room_version`, `creation_content` and `initial_state`
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked on createRoom, once the request is known to be valid; on upgrade; for the room to which the members of a deleted room are brought, and for
   *   that of server notices
   * @exempt nobody
   * @refused 403 M_FORBIDDEN; nothing of the room was stored
   * @synapse does not ask about administrators who create rooms, though about those who upgrade them
   */
  user_may_create_room?(userId: string, config: JsonObject): Answer<Verdict>;
  /**
   * Whether somebody may create an alias.
   * @param userId who creates it
   * @param alias with `#` and the name of this server
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked for `PUT /directory/room` and createRoom's `room_alias_name`
   * @exempt aliases that move to the room of an upgrade, or to that which takes a deleted one's place
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse hands over an object with `localpart` and `domain`; leaves the room of a refused createRoom behind
   */
  user_may_create_room_alias?(userId: string, alias: string): Answer<Verdict>;
  /**
   * Whether somebody may publish a room in the directory.
   * @param userId who publishes it; the room's creator, where a module does
   * @param roomId the room; one of createRoom is not there yet
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked when a room becomes public in the directory, createRoom's `visibility: public` included
   * @exempt withdrawing a room; the room that an upgrade makes, when it takes the place of a public one
   * @refused 403 M_FORBIDDEN; a refused createRoom leaves nothing behind
   * @synapse asks when a room is withdrawn, too, and does not ask on createRoom
   */
  user_may_publish_room?(userId: string, roomId: string): Answer<Verdict>;
  /**
   * Whether somebody may send this state event.
   * @param userId who sends it
   * @param roomId the room
   * @param eventType as `m.room.topic`
   * @param stateKey often the empty text
   * @param content frozen, as it was asked for
   * @returns `NOT_SPAM` allows, a code refuses; booleans mean nothing here
   * @asked for every state event that a request names: `PUT …/state`, the same by modules, and server notices that are state
   * @exempt what a request implies (memberships by join or invite, the events of a new room), which `check_event_allowed` sees; state that stands already
   * @refused 403 M_FORBIDDEN
   * @synapse does not ask about administrators nor about modules, and drops the fields that stand beside a code
   */
  user_may_send_state_event?(userId: string, roomId: string, eventType: string, stateKey: string, content: JsonObject): Answer<ExplicitVerdict>;
  /**
   * Whether a profile may appear in a search of the user directory.
   * @param profile a copy
   * @param requesterId who searches
   * @returns **true: it may appear**, as `NOT_SPAM`; false or a code hides it
   * @asked for each result of a search. Hidden ones do not shorten the page while there are more
   * @exempt nobody; whom the searcher ignores is left out without asking
   * @refused nothing: the profile is not among the results
   * @synapse takes true to mean that the profile is hidden, against its own documentation, and `NOT_SPAM` likewise; hidden ones shorten the page
   */
  check_username_for_spam?(profile: ModuleProfile, requesterId: string | undefined): Answer<Verdict>;
  /**
   * Whether an account may be made.
   * @param emailThreepid the email address that was used for registering
   * @param username the localpart that was asked for; null when the server will choose one
   * @param requestInfo user agents and addresses of the request
   * @param authProviderId the provider of single sign-on
   * @returns a `RegistrationBehaviour`: `ALLOW`, `DENY`, or `SHADOW_BAN`, which makes an account whose user gets normal answers while nobody else
   *   ever sees what they do. The first that is not `ALLOW` decides
   * @asked for every kind of registration: by clients, guests, administrators, single sign-on and modules
   * @exempt nobody
   * @refused 403 M_FORBIDDEN
   * @synapse answers 429 M_UNKNOWN
   */
  check_registration_for_spam?(
    emailThreepid: EmailThreepid | null,
    username: string | null,
    requestInfo: RequestInfo,
    authProviderId: string | null,
  ): Answer<RegistrationBehaviour>;
  /**
   * Whether somebody who has proved who they are may have a device.
   * @param userId who logs in
   * @param deviceId the device that the client asks for, null for a new one
   * @param initialDisplayName what the device is to be called
   * @param requestInfo user agent and address of the request
   * @param authProviderId the provider of single sign-on
   * @returns `NOT_SPAM` allows, a code refuses; booleans mean nothing here
   * @asked for every login, by whatever type, before the device is made
   * @exempt the device of a new account; devices that modules make; locked and deactivated accounts, which are refused before
   * @refused 403 M_FORBIDDEN
   * @synapse the same
   */
  check_login_for_spam?(
    userId: string,
    deviceId: string | null,
    initialDisplayName: string | null,
    requestInfo: RequestInfo,
    authProviderId: string | null,
  ): Answer<ExplicitVerdict>;
  /**
   * Whether a file may be stored.
   * @param file its bytes, as long as the callback runs
   * @param info what is known of it
   * @returns **true: it may be stored**, as `NOT_SPAM`; false or a code refuses it
   * @asked for uploads (async ones, too), thumbnails and the pictures of previews, before anyone can read the file
   * @exempt thumbnails and previews that were made before
   * @refused 403 M_FORBIDDEN on upload and for a thumbnail, and the bytes are deleted; a preview has no picture
   * @synapse takes true to mean that the file is refused, against its own documentation, and answers 400 M_UNKNOWN on upload
   */
  check_media_file_for_spam?(file: ModuleFile, info: ModuleFileInfo): Answer<Verdict>;
}
