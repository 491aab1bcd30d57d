import type { Event } from '../../core/event.ts';
import type { UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt } from '../../core/json.ts';
import { PastStateView } from '../../engine/rooms/past-state-view.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import type { GateName, Questions } from '../../kernel/questions.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as history from '../../store/history.ts';

/** What else was asked when an event was made, as far as the event tells. */
export type DerivedQuestion = { readonly [G in GateName]: { readonly name: G; readonly args: Questions[G]['args'] } }[
  | 'user_may_create_room'
  | 'user_may_join_room'
  | 'user_may_invite'
  | 'user_may_send_state_event'];

/** What a module is asked about one event of the past. */
export interface PastQuestions {
  readonly event: Event;
  /** The state that the room had before it. */
  readonly state: StateView;
  /** In the order in which they were asked, before the event itself was judged. */
  readonly before: readonly DerivedQuestion[];
}

export async function questionsAbout(stored: StoredEvent, reader: Reader): Promise<PastQuestions> {
  const state = new PastStateView(stored.stateBefore, reader);
  return { event: stored.event, state, before: await derived(stored, state, reader) };
}

async function derived(stored: StoredEvent, state: StateView, reader: Reader): Promise<readonly DerivedQuestion[]> {
  const { event } = stored;
  const { type, stateKey, sender, roomId, content } = event;
  if (stateKey === undefined) return [];
  if (type === 'm.room.create') {
    const config = { room_version: stringAt(content, 'room_version') ?? '1', creation_content: content };
    return [{ name: 'user_may_create_room', args: [sender, config] }];
  }
  if (type === 'm.room.member') return await membership(event, state, reader);
  // Nobody was asked about it by itself.
  if (await reader.read(() => history.cameWithRoom(stored))) return [];
  return [{ name: 'user_may_send_state_event', args: [sender, roomId, type, stateKey, content] }];
}

/** A joined member's new name is no join; nor is the creator's place in a new room. */
async function membership({ sender, roomId, stateKey, content }: Event, state: StateView, reader: Reader): Promise<readonly DerivedQuestion[]> {
  const now = stringAt(content, 'membership');
  const member = await state.get('m.room.member', stateKey ?? '');
  const before = member === undefined ? undefined : stringAt(member.content, 'membership');
  if (now === before) return [];
  // Whoever was invited by address has been asked about before.
  if (now === 'invite' && objectAt(content, 'third_party_invite') === undefined) {
    return [{ name: 'user_may_invite', args: [sender, stateKey as UserId, roomId] }];
  }
  if (now !== 'join' || sender !== stateKey) return [];
  const creator = before === undefined ? await reader.read(() => history.creatorOf(roomId)) : undefined;
  return creator === sender ? [] : [{ name: 'user_may_join_room', args: [sender, roomId, before === 'invite'] }];
}
