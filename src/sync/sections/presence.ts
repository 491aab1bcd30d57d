import { matchesEvent } from '../../core/filters/matches-event.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Presence } from '../../engine/presence/presence.ts';
import type { RoutedPresence } from '../../engine/presence/routed-presence.ts';
import type { UserRooms } from '../../engine/user-rooms.ts';
import { wirePresence } from '../../engine/presence/wire-presence.ts';
import type { PresenceState } from '../../kernel/question-values.ts';
import type { Work } from '../../kernel/work.ts';
import * as store from '../../store/presence.ts';
import type { Section, SyncRequest } from '../section.ts';

/** How many users one question to the store is about. */
const PAGE = 512;

/** The presence of those with whom a user shares a room, and of whom modules let them see. */
export function presenceSection(presence: Presence, routed: RoutedPresence, userRooms: UserRooms): Section {
  return function* (request) {
    const { viewer, since, filter, now } = request;
    const { userId } = viewer;
    const after = since === undefined || routed.isRefreshed(userId, since.memory) ? undefined : since.memory;
    const seen = new Map<UserId, PresenceState>();
    for (const state of routed.sentTo(userId, after ?? 0)) if (after !== undefined || state.state !== 'offline') seen.set(state.userId, state);
    const changed = after === undefined ? presence.present : presence.changedAfter(after);
    for (const other of [
      ...(yield* visible(request, [...changed], userRooms)),
      ...(yield* inNewRooms(request, presence)),
      ...(yield* newlyMet(request, presence)),
    ]) {
      const state = presence.seenBy(userId, other);
      if (state !== undefined) seen.set(other, state);
    }
    const events = [...seen.values()]
      .filter((state) => viewer.ignored?.has(state.userId) !== true)
      .map((state) => ({ type: 'm.presence', sender: state.userId, content: wirePresence(state, now) }))
      .filter((event) => matchesEvent(filter.presence, event));
    return events.length === 0 ? undefined : { body: { presence: { events } }, isNews: true };
  };
}

/** Those of some users whose presence the user who syncs may see. */
function* visible({ viewer: { userId }, interestedIn }: SyncRequest, others: readonly UserId[], userRooms: UserRooms): Work<readonly UserId[]> {
  if (interestedIn === 'ALL') return others;
  const isKnown = (other: UserId): boolean => other === userId || interestedIn.has(other);
  const { sharing, unknown } = userRooms.sharing(
    userId,
    others.filter((other) => !isKnown(other)),
  );
  const seen = [...others.filter(isKnown), ...sharing];
  for (let start = 0; start < unknown.length; start += PAGE) seen.push(...(yield* store.sharingRooms(userId, unknown.slice(start, start + PAGE))));
  return seen;
}

/** Whoever is present in rooms that the user has joined just now. */
function* inNewRooms(request: SyncRequest, presence: Presence): Work<readonly UserId[]> {
  const { since, upTo } = request;
  const { userId } = request.viewer;
  if (since === undefined || !request.mayHaveChanged(`user:${userId}`)) return [];
  if (!(yield* store.hasJoinedBetween(userId, since.stream, upTo.stream))) return [];
  const present = [...presence.present];
  const found: UserId[] = [];
  for (let start = 0; start < present.length; start += PAGE) {
    found.push(...(yield* store.inRoomsJoinedBetween(userId, present.slice(start, start + PAGE), since.stream, upTo.stream)));
  }
  return found;
}

/** Whoever is present and has joined one of the user's rooms just now. */
function* newlyMet({ viewer, since, upTo, wokenRooms }: SyncRequest, presence: Presence): Work<readonly UserId[]> {
  if (since === undefined || wokenRooms.length === 0 || presence.present.size === 0) return [];
  const found: UserId[] = [];
  for (let start = 0; start < wokenRooms.length; start += PAGE) {
    found.push(...(yield* store.joinedBetween(wokenRooms.slice(start, start + PAGE), since.stream, upTo.stream)));
  }
  return found.filter((other) => other !== viewer.userId && presence.present.has(other));
}
