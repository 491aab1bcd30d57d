import type { Event } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { StateView } from '../event-plan.ts';
import type { EventSigner } from '../question-values.ts';
import type { Requester } from '../requester.ts';
import type { Gate, Question } from './question.ts';

export interface ThirdPartyRulesGates {
  check_threepid_can_be_invited: Gate<[medium: string, address: string, state: StateView]>;
  check_visibility_can_be_modified: Gate<[roomId: RoomId, state: StateView, newVisibility: 'public' | 'private']>;
  /** @param userId who asks for it; undefined when a module does */
  check_can_shutdown_room: Gate<[userId: UserId | undefined, roomId: RoomId]>;
  check_can_deactivate_user: Gate<[userId: UserId, byAdmin: boolean]>;
}

export interface ThirdPartyRulesInquiries {
  /** The content to use instead, in wire form, when a module replaced the event. */
  check_event_allowed: Question<[event: Event, state: StateView], JsonObject | undefined>;
  /** By what others are to sign the event; undefined when nobody is. */
  sign_event: Question<[event: Event, state: StateView], EventSigner | undefined>;
  /** May edit `content` in place, or throw. */
  on_create_room: Question<[requester: Requester, content: Record<string, unknown>, isRequesterAdmin: boolean], void>;
}

export interface ThirdPartyRulesListeners {
  /** @param state the room's state after the event */
  on_new_event: [event: Event, state: StateView];
  on_profile_update: [
    userId: UserId,
    profile: { displayName: string | undefined; avatarUrl: string | undefined },
    byAdmin: boolean,
    deactivation: boolean,
  ];
  on_user_deactivation_status_changed: [userId: UserId, deactivated: boolean, byAdmin: boolean];
  on_threepid_bind: [userId: UserId, medium: string, address: string];
  on_add_user_third_party_identifier: [userId: UserId, medium: string, address: string];
  on_remove_user_third_party_identifier: [userId: UserId, medium: string, address: string];
}
