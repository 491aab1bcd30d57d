import type { Event } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { MediaUploadLimit, RatelimitOverride } from '../question-values.ts';
import type { Gate, Question } from './question.ts';

export interface ResourceGates {
  /** @param size bytes */
  is_user_allowed_to_upload_media_of_size: Gate<[userId: UserId, size: number]>;
}

export interface ResourceInquiries {
  /** The reply of the media configuration for this user, undefined for the usual one. */
  get_media_config_for_user: Question<[userId: UserId], JsonObject | undefined>;
  /** How much the user may upload in which time, undefined for what the configuration says. */
  get_media_upload_limits_for_user: Question<[userId: UserId, size: number], readonly MediaUploadLimit[] | undefined>;
  get_ratelimit_override_for_user: Question<[userId: UserId, limiter: string], RatelimitOverride | undefined>;
  /** What clients see in `unsigned` besides the server's own keys. */
  add_field_to_unsigned_callback: Question<[event: Event], JsonObject>;
}

export interface ResourceListeners {
  /** @param sentBytes what was sent in the limit's period before; @param attemptedBytes what was refused */
  on_media_upload_limit_exceeded: [userId: UserId, limit: MediaUploadLimit, sentBytes: number, attemptedBytes: number];
  on_account_data_updated: [userId: UserId, roomId: RoomId | undefined, type: string, content: JsonObject];
}
