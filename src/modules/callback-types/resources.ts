import type { JsonObject } from '../../core/json.ts';
import type { MediaUploadLimit, RatelimitOverride } from '../../kernel/question-values.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { Answer, Verdict } from './values.ts';

/** `registerMediaRepositoryCallbacks`. How much users may upload. */
export interface MediaRepositoryCallbacks {
  /**
   * The reply of `GET …/media/config` for this user.
   * @param userId who asks
   * @returns an object, which is sent as it is; nothing leaves it to the next module, and then to the configuration
   * @asked for both addresses of the request
   * @exempt nobody
   * @refused nothing: it says what is so, and refuses nobody
   * @synapse leaves an empty object to the next module, and sends a text as it is
   */
  get_media_config_for_user?(userId: string): Answer<JsonObject | null | undefined>;
  /**
   * Whether somebody may upload a file of this size.
   * @param userId who uploads
   * @param size bytes
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked for every upload, announced ones included: before the file is received where the client says how large it is, as nearly all do, and else
   *   before it is stored
   * @exempt files that are larger than the server's own limit, which are refused anyway
   * @refused 413 M_TOO_LARGE
   * @synapse takes nothing returned to mean that it is refused
   */
  is_user_allowed_to_upload_media_of_size?(userId: string, size: number): Answer<Verdict>;
  /**
   * How much somebody may upload in which periods.
   * @param userId who uploads
   * @param size of the file that is to be uploaded, bytes
   * @returns limits; an empty list is no limit; nothing leaves it to the next module, and then to `media.upload_limits` in the configuration
   * @asked directly after `is_user_allowed_to_upload_media_of_size`
   * @exempt nobody
   * @refused 403 M_USER_LIMIT_EXCEEDED by a limit, with its `infoUri` (or the address of this server) as `info_uri`, and `can_upgrade`
   * @synapse hands over no size, though it says so
   */
  get_media_upload_limits_for_user?(userId: string, size: number): Answer<readonly MediaUploadLimit[] | null | undefined>;
  /**
   * Somebody was refused by a limit, of a module or of the configuration.
   * @param userId who
   * @param limit by which
   * @param sentBytes what they had uploaded in the period before
   * @param attemptedBytes how large the file is
   * @returns nothing that matters
   * @asked before the client hears of it
   * @exempt nobody
   * @refused what the limit says, whatever happens here
   * @synapse fails the request when a module fails
   */
  on_media_upload_limit_exceeded?(userId: string, limit: MediaUploadLimit, sentBytes: number, attemptedBytes: number): Answer<void>;
}

/** `registerRatelimitCallbacks`. How often users may ask. */
export interface RatelimitCallbacks {
  /**
   * Another rate limit for somebody.
   * @param userId who asks for something
   * @param limiterName a class of `rate_limits` in the configuration
   * @returns a limit (`perSecond: 0` is none); nothing leaves it to the next module, and then to the configuration
   * @asked before each request that is limited by user, and once more for each address that createRoom invites
   * @exempt servers where limits are switched off; attempts at the password of an account, which may be anybody's
   * @refused 429 M_LIMIT_EXCEEDED by a limit
   * @synapse asks for three limits of invitations only
   */
  get_ratelimit_override_for_user?(userId: string, limiterName: string): Answer<RatelimitOverride | null | undefined>;
}

/** `registerAccountDataCallbacks`. What clients keep of themselves on the server. */
export interface AccountDataCallbacks {
  /**
   * Account data was written.
   * @param userId whose
   * @param roomId null for that of the account as a whole
   * @param type as `m.direct`
   * @param content frozen
   * @returns nothing that matters
   * @asked after each `PUT …/account_data`, by clients and modules, when the fully read marker of a room moves, and when a direct chat follows its room
   *   to a replacement
   * @exempt tags and push rules
   * @refused nothing: it is written
   * @synapse the same
   */
  on_account_data_updated?(userId: string, roomId: string | null, type: string, content: JsonObject): Answer<void>;
}

/** `registerAddExtraFieldsToUnsignedClientEventCallbacks`. What clients see beside an event. */
export interface UnsignedFieldsCallbacks {
  /**
   * What clients see in an event's `unsigned`, besides the keys of the specification.
   * @param event as it is shown
   * @returns keys and values; of one key the last module's value counts, and those of the specification no module can replace; one that fails adds nothing
   * @asked for every event that is sent to a client, whatever asks for it, aggregations and redactions inside of other events included; once in each
   *   reply (in /sync: for each room)
   * @exempt the stripped state of invitations, which has no `unsigned`
   * @refused nothing: it only adds
   * @synapse fails the whole response when a module fails
   */
  add_field_to_unsigned_callback?(event: ModuleEvent): Answer<JsonObject>;
}

/** What another server has received. */
export interface FederationEventDelivery {
  readonly serverName: string;
  readonly events: readonly ModuleEvent[];
  readonly method: string;
}

/** `registerFederationCallbacks`. What goes to other servers. */
export interface FederationCallbacks {
  /**
   * Other servers have received events.
   * @param delivery which, and who has received them
   * @returns nothing that matters
   * @asked never: this server does not federate yet
   * @exempt everything, as long as nothing goes to other servers
   * @refused nothing
   * @synapse tells it after each transaction that was acknowledged, and when other servers fetch events
   */
  on_event_delivered_over_federation?(delivery: FederationEventDelivery): Answer<void>;
}
