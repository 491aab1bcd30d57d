import type { Event } from '../../core/event.ts';
import type { RoomAlias, RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FileInfo, FileWrapper, LoginAttempt, RegistrationAttempt, UserProfile } from '../question-values.ts';
import type { Gate, Question } from './question.ts';

export interface SpamCheckerGates {
  check_event_for_spam: Gate<[event: Event]>;
  user_may_join_room: Gate<[userId: UserId, roomId: RoomId, isInvited: boolean]>;
  user_may_invite: Gate<[inviter: UserId, invitee: UserId, roomId: RoomId]>;
  user_may_send_3pid_invite: Gate<[inviter: UserId, medium: string, address: string, roomId: RoomId]>;
  user_may_create_room: Gate<[userId: UserId, config: JsonObject]>;
  user_may_create_room_alias: Gate<[userId: UserId, alias: RoomAlias]>;
  user_may_publish_room: Gate<[userId: UserId, roomId: RoomId]>;
  user_may_send_state_event: Gate<[userId: UserId, roomId: RoomId, type: string, stateKey: string, content: JsonObject]>;
  check_media_file_for_spam: Gate<[file: FileWrapper, info: FileInfo]>;
  check_login_for_spam: Gate<[attempt: LoginAttempt]>;
}

export interface SpamCheckerInquiries {
  /** Whether the account is made normally or shadow-banned; a refusal throws. */
  check_registration_for_spam: Question<[attempt: RegistrationAttempt], 'allow' | 'shadow_ban'>;
  /** Whether this profile may appear in a search result. */
  check_username_for_spam: Question<[profile: UserProfile], boolean>;
}
