import type { JsonObject } from '../../core/json.ts';
import type { MediaUploadLimit, RatelimitOverride } from '../../kernel/question-values.ts';
import type { ModuleEvent } from '../views/module-event.ts';
import type { Answer, Verdict } from './values.ts';

/** `registerMediaRepositoryCallbacks`. */
export interface MediaRepositoryCallbacks {
  /**
   * The reply of `GET …/media/config` for this user, which is sent as it is; nothing leaves it to the next module, and then to the configuration.
   * @asked for both addresses of the request
   */
  get_media_config_for_user?(userId: string): Answer<JsonObject | null | undefined>;
  /**
   * Whether somebody may upload a file of this size. True allows.
   * @param size bytes
   * @asked for every upload, announced ones included, that is not larger than the server's own limit: before the file is received where the client
   *   says how large it is, as nearly all do, and else before it is stored
   * @refused 413 M_TOO_LARGE
   */
  is_user_allowed_to_upload_media_of_size?(userId: string, size: number): Answer<Verdict>;
  /**
   * How much somebody may upload in which periods; an empty list is no limit, nothing leaves it to the next module, and then to the configuration.
   * The limits in the configuration are `media.upload_limits`.
   * @param size of the file that is to be uploaded, bytes
   * @asked directly after `is_user_allowed_to_upload_media_of_size`
   * @refused by a limit: 403 M_USER_LIMIT_EXCEEDED, with its `infoUri` (or the address of this server) as `info_uri`, and `can_upgrade`
   */
  get_media_upload_limits_for_user?(userId: string, size: number): Answer<readonly MediaUploadLimit[] | null | undefined>;
  /**
   * Somebody was refused by a limit, of a module or of the configuration.
   * @param sentBytes what they had uploaded in the period before
   * @asked before the client hears of it
   */
  on_media_upload_limit_exceeded?(userId: string, limit: MediaUploadLimit, sentBytes: number, attemptedBytes: number): Answer<void>;
}

/** `registerRatelimitCallbacks`. */
export interface RatelimitCallbacks {
  /**
   * Another rate limit for somebody (`perSecond: 0` is none); nothing leaves it to the next module, and then to the configuration.
   * @param limiterName a class of `rate_limits` in the configuration
   * @asked before each request that is limited by user, and once more for each address that createRoom invites. Not where limits are switched off,
   *   and not about attempts at the password of an account, which may be anybody's
   */
  get_ratelimit_override_for_user?(userId: string, limiterName: string): Answer<RatelimitOverride | null | undefined>;
}

/** `registerAccountDataCallbacks`. */
export interface AccountDataCallbacks {
  /**
   * Account data was written.
   * @param roomId null for that of the account as a whole
   * @param content frozen
   * @asked after each `PUT …/account_data`, by clients and modules, when the fully read marker of a room moves, and when a direct chat follows its room
   *   to a replacement; not for tags and push rules
   */
  on_account_data_updated?(userId: string, roomId: string | null, type: string, content: JsonObject): Answer<void>;
}

/** `registerAddExtraFieldsToUnsignedClientEventCallbacks`. */
export interface UnsignedFieldsCallbacks {
  /**
   * What clients see in an event's `unsigned`, besides the keys of the specification, which no module can replace.
   * @asked for every event that is sent to a client, whatever asks for it, aggregations and redactions inside of other events included; once in each
   *   reply (in /sync: for each room). Not for the stripped state of invitations, which has no `unsigned`. Of one key the last module's value counts;
   *   a module that fails adds nothing
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

/** `registerFederationCallbacks`. */
export interface FederationCallbacks {
  /**
   * Other servers have received events.
   * @asked never: this server does not federate yet
   */
  on_event_delivered_over_federation?(delivery: FederationEventDelivery): Answer<void>;
}

/** `registerBackgroundUpdateControllerCallbacks`. */
export interface BackgroundUpdateControllerCallbacks {
  /** @asked never: this server migrates its database when it starts */
  on_update?(updateName: string, databaseName: string, oneShot: boolean): unknown;
  /** @asked never: this server migrates its database when it starts */
  default_batch_size?(updateName: string, databaseName: string): Answer<number>;
  /** @asked never: this server migrates its database when it starts */
  min_batch_size?(updateName: string, databaseName: string): Answer<number>;
}
