import type { JsonObject } from '../../core/json.ts';
import type { RegistrationBehaviour } from '../codes.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { ModuleFile, ModuleFileInfo } from '../views/module-file.ts';
import type { ModuleProfile } from '../views/module-profile.ts';
import type { Answer, CodeWithFields, EmailThreepid, ExplicitVerdict, RequestInfo, Verdict } from './values.ts';

/** `registerSpamCheckerCallbacks`. Users, rooms and aliases are handed over by their ids. */
export interface SpamCheckerCallbacks {
  /**
   * Whether an event is spam. True: spam; a text: spam, with that reason for the client.
   * @asked for every event that a client's request makes: messages, state, memberships, redactions, the events of a new room, and what follows
   *   from a changed profile. It sees the event as it will be sent, replacements included
   * @refused 403 M_FORBIDDEN, the reason as `error`
   * @synapse does not ask about memberships, nor about the events of a new room
   */
  check_event_for_spam?(event: ModuleEvent): Answer<boolean | string | CodeWithFields>;
  /**
   * Whether an event of another server is to be dropped before anything is done with it.
   * @asked never: this server does not federate yet
   */
  should_drop_federated_event?(event: ModuleEvent): Answer<boolean | string>;
  /**
   * Whether somebody may join a room. True allows.
   * @param isInvited whether they were invited
   * @asked whenever somebody joins: by `POST /join`, by `PUT …/state/m.room.member`, with an invitation that came by mail, after a knock, into a
   *   restricted room, and by a module. Not when a member only changes name or picture, nor for who creates or upgrades a room; a knock is no join
   * @refused 403 M_FORBIDDEN
   * @synapse asks for each changed profile as well, and does not ask about administrators
   */
  user_may_join_room?(userId: string, roomId: string, isInvited: boolean): Answer<Verdict>;
  /**
   * Whether one user may invite another. True allows.
   * @asked for every invitation, those of createRoom and of `PUT …/state/m.room.member` included; not for one that stands already
   * @refused 403 M_FORBIDDEN
   * @synapse does not ask about administrators
   */
  user_may_invite?(inviter: string, invitee: string, roomId: string): Answer<Verdict>;
  /**
   * Whether another server's user may invite a local one.
   * @asked never: this server does not federate yet
   */
  federated_user_may_invite?(event: ModuleEvent): Answer<Verdict>;
  /**
   * Whether somebody may invite an address that belongs to no known user. True allows.
   * @asked for every invitation of an address, those of createRoom included, once the identity server was asked who it is; where it knows a user,
   *   `user_may_invite` is asked instead
   * @refused 403 M_FORBIDDEN
   */
  user_may_send_3pid_invite?(inviter: string, medium: string, address: string, roomId: string): Answer<Verdict>;
  /**
   * Whether somebody may create a room. True allows.
   * @param config createRoom's request, with the changes of on_create_room; for an upgrade, `creation_content` and `initial_state`
   * @asked on createRoom, once the request is known to be valid, and on upgrade
   * @refused 403 M_FORBIDDEN; nothing of the room was stored
   * @synapse does not ask about administrators who create rooms
   */
  user_may_create_room?(userId: string, config: JsonObject): Answer<Verdict>;
  /**
   * Whether somebody may create an alias. True allows.
   * @asked for `PUT /directory/room` and createRoom's `room_alias_name`
   * @refused 403 M_FORBIDDEN
   */
  user_may_create_room_alias?(userId: string, alias: string): Answer<Verdict>;
  /**
   * Whether somebody may publish a room in the directory. True allows.
   * @asked when a room becomes public in the directory, createRoom's `visibility: public` included; not when it is withdrawn, nor when the room that
   *   an upgrade makes takes the place of a public one
   * @refused 403 M_FORBIDDEN
   * @synapse asks when a room is withdrawn, and does not ask on createRoom
   */
  user_may_publish_room?(userId: string, roomId: string): Answer<Verdict>;
  /**
   * Whether somebody may send this state event. Booleans mean nothing here.
   * @param content frozen, as it was asked for
   * @asked for every state event that a request names: `PUT …/state`, and the same by modules; not for what a request implies (memberships by join
   *   or invite, the events of a new room), which `check_event_allowed` sees, and not for state that stands already
   * @refused 403 M_FORBIDDEN
   */
  user_may_send_state_event?(userId: string, roomId: string, eventType: string, stateKey: string, content: JsonObject): Answer<ExplicitVerdict>;
  /**
   * Whether a profile may appear in a search of the user directory. **True: it may appear.**
   * @param profile a copy
   * @param requesterId who searches
   * @asked for each result of a search. Hidden ones do not shorten the page while there are more
   * @refused nothing: the profile is not among the results
   * @synapse takes true to mean that the profile is hidden, against its own documentation
   */
  check_username_for_spam?(profile: ModuleProfile, requesterId: string | undefined): Answer<Verdict>;
  /**
   * Whether an account may be made; `SHADOW_BAN` makes one whose user gets normal answers while nobody else ever sees what they do.
   * @param emailThreepid the email address that was used for registering
   * @param username the localpart that was asked for; null when the server will choose one
   * @param authProviderId the provider of single sign-on
   * @asked for every kind of registration: by clients, guests, administrators, single sign-on and modules
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
   * Whether somebody who has proved who they are may have a device. Booleans mean nothing here.
   * @param deviceId the device that the client asks for, null for a new one
   * @asked for every login, by whatever type, before the device is made; not for the device of a new account
   * @refused 403 M_FORBIDDEN
   */
  check_login_for_spam?(
    userId: string,
    deviceId: string | null,
    initialDisplayName: string | null,
    requestInfo: RequestInfo,
    authProviderId: string | null,
  ): Answer<ExplicitVerdict>;
  /**
   * Whether a file may be stored. **True: it may be stored.**
   * @asked for uploads (async ones, too), thumbnails and the pictures of previews, before anyone can read the file
   * @refused 403 M_FORBIDDEN on upload; the bytes are deleted
   * @synapse takes true to mean that the file is refused, against its own documentation, and answers 400 M_UNKNOWN
   */
  check_media_file_for_spam?(file: ModuleFile, info: ModuleFileInfo): Answer<Verdict>;
}
