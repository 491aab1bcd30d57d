import type { JsonObject, JsonValue } from '../core/json.ts';
import type { PresenceState } from '../kernel/question-values.ts';
import type { Code, NOT_SPAM, PRESENCE_ALL_USERS, RegistrationBehaviour } from './codes.ts';
import type { ModuleEvent } from './views/module-event.ts';
import type { ModuleFile, ModuleFileInfo } from './views/module-file.ts';
import type { ModuleProfile } from './views/module-profile.ts';
import type { ModuleRequester } from './views/module-requester.ts';
import type { StateEvents } from './views/state-events.ts';

type Answer<T> = T | Promise<T>;

/** An error code with more keys for the error's body; `error` among them is the text that the client sees. */
export type CodeWithFields = readonly [Code, Readonly<Record<string, JsonValue>>];

/**
 * What a callback that may refuse answers. `NOT_SPAM` allows, a code refuses with 403 and that code, and so does a code with fields.
 * What `true` and `false` mean depends on the callback. A thrown `MatrixError` refuses too, and reaches the client as it is.
 */
export type Verdict = boolean | typeof NOT_SPAM | Code | CodeWithFields;

/** `registerSpamCheckerCallbacks`. Users, rooms and aliases are handed over by their ids. */
export interface SpamCheckerCallbacks {
  /** Every event that a client's request makes, or that arrives by federation. True: spam; a text: spam, with that reason for the client. */
  check_event_for_spam?(event: ModuleEvent): Answer<boolean | string | CodeWithFields>;
  /** Every invite, those of createRoom included. True allows. */
  user_may_invite?(inviter: string, invitee: string, roomId: string): Answer<Verdict>;
  /** createRoom and upgrade. `config` is the request's body, frozen. True allows. */
  user_may_create_room?(userId: string, config: JsonObject): Answer<Verdict>;
  /** A new alias, createRoom's `room_alias_name` included. True allows. */
  user_may_create_room_alias?(userId: string, alias: string): Answer<Verdict>;
  /** A room becomes public in the directory. True allows. */
  user_may_publish_room?(userId: string, roomId: string): Answer<Verdict>;
  /**
   * Once per result of a search in the user directory. True: the profile may appear.
   * @param profile a copy
   * @param requesterId who searches
   */
  check_username_for_spam?(profile: ModuleProfile, requesterId: string | undefined): Answer<Verdict>;
  /**
   * Every kind of registration.
   * @param emailThreepid the email address that was used for registering
   * @param username the localpart that was asked for; null when the server will choose one
   * @param requestInfo user agents and addresses that took part
   * @param authProviderId the provider of single sign-on
   */
  check_registration_for_spam?(
    emailThreepid: EmailThreepid | null,
    username: string | null,
    requestInfo: readonly (readonly [userAgent: string, ip: string])[],
    authProviderId: string | null,
  ): Answer<RegistrationBehaviour>;
  /** Uploads, remote files, thumbnails and previews, before anyone can read them. True: the file may be stored. */
  check_media_file_for_spam?(file: ModuleFile, info: ModuleFileInfo): Answer<Verdict>;
}

export interface EmailThreepid {
  readonly medium: 'email';
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly validated_at: number;
}

/** `registerAccountValidityCallbacks`. */
export interface AccountValidityCallbacks {
  /** Asked with every authenticated request but logout. True: expired; false: not expired, and no other module is asked; null: ask the next module. */
  is_user_expired?(userId: string): Answer<boolean | null>;
  /** Told after every registration that succeeded. */
  on_user_registration?(userId: string): Answer<void>;
}

/** `registerThirdPartyRulesCallbacks`. */
export interface ThirdPartyRulesCallbacks {
  /**
   * Every new event, with the state of its room before it. `[true, dict]` puts another event in its place: edit `event.getDict()`;
   * room, type, state key and sender must stay. Only content and `origin_server_ts` are taken over.
   */
  check_event_allowed?(event: ModuleEvent, state: StateEvents): Answer<Verdict | readonly [boolean] | readonly [boolean, object | null | undefined]>;
  /**
   * createRoom, before the request is validated.
   * @param content the request's body, which may be changed in place. Throw a `MatrixError` to refuse.
   */
  on_create_room?(requester: ModuleRequester, content: Record<string, JsonValue>, isRequesterAdmin: boolean): Answer<void>;
}

/** `registerPresenceRouterCallbacks`: both or neither. */
export interface PresenceRouterCallbacks {
  /** Which of these new presence states to show to whom besides those who share a room: a map (or object) from user ids to states. */
  get_users_for_states?(
    states: readonly PresenceState[],
  ): Answer<ReadonlyMap<string, Iterable<PresenceState>> | Readonly<Record<string, Iterable<PresenceState>>>>;
  /** Whose presence this user receives besides that of users who share a room. */
  get_interested_users?(userId: string): Answer<Iterable<string> | typeof PRESENCE_ALL_USERS>;
}
