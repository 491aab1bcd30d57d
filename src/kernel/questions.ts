import type { Event } from '../core/event.ts';
import type { RoomAlias, RoomId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import type { Requester } from './requester.ts';
import type { StateView } from './event-plan.ts';
import type { FileInfo, FileWrapper, PresenceState, RegistrationAttempt, UserProfile } from './question-values.ts';

interface Question<Args extends readonly unknown[], Answer> {
  readonly args: Args;
  readonly answer: Answer;
}

/** A gate: the answer is silence, or a MatrixError is thrown. */
export interface Gates {
  check_event_for_spam: Question<[event: Event], void>;
  user_may_invite: Question<[inviter: UserId, invitee: UserId, roomId: RoomId], void>;
  user_may_create_room: Question<[userId: UserId, config: JsonObject], void>;
  user_may_create_room_alias: Question<[userId: UserId, alias: RoomAlias], void>;
  user_may_publish_room: Question<[userId: UserId, roomId: RoomId], void>;
  check_media_file_for_spam: Question<[file: FileWrapper, info: FileInfo], void>;
}

/** A question with an answer that the operation goes on with. */
export interface Inquiries {
  /** The content to use instead, in wire form, when a module replaced the event. */
  check_event_allowed: Question<[event: Event, state: StateView], JsonObject | undefined>;
  /** May edit `content` in place, or throw. */
  on_create_room: Question<[requester: Requester, content: Record<string, unknown>, isRequesterAdmin: boolean], void>;
  /** Whether the account is made normally or shadow-banned; a refusal throws. */
  check_registration_for_spam: Question<[attempt: RegistrationAttempt], 'allow' | 'shadow_ban'>;
  /** Whether this profile may appear in a search result. */
  check_username_for_spam: Question<[profile: UserProfile], boolean>;
  is_user_expired: Question<[userId: UserId], boolean>;
  get_users_for_states: Question<[states: readonly PresenceState[]], ReadonlyMap<UserId, ReadonlySet<PresenceState>>>;
  get_interested_users: Question<[userId: UserId], ReadonlySet<UserId> | 'ALL'>;
}

export type Questions = Gates & Inquiries;
export type GateName = keyof Gates;
export type QuestionName = keyof Questions;

/** A listener only watches: whatever it does, the reply stays the same. */
export interface Listeners {
  on_user_registration: [userId: UserId];
}
export type ListenerName = keyof Listeners;
export type CallbackName = QuestionName | ListenerName;

/** On whose behalf, and in the course of which operation, modules are asked: kept for the decision trail. */
export interface Occasion {
  readonly operation: string;
  readonly userId: UserId | undefined;
}

/** The modules as the rest of the server sees them. */
export interface Policy {
  /** True when at least one module answers this callback; lets a hot path skip the work of asking. */
  answers(name: CallbackName): boolean;
  /** Asks the modules in order. Throws the MatrixError of a refusal, or of a module's failure where its policy is to deny. */
  ask<Q extends QuestionName>(question: Q, occasion: Occasion, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']>;
  /** Tells every listening module; never throws. */
  tell<L extends ListenerName>(listener: L, occasion: Occasion, ...args: Listeners[L]): Promise<void>;
}
