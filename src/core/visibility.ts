/** Who may see which events: https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility */
import type { Event } from './event.ts';
import type { UserId } from './identifiers.ts';
import { stringAt } from './json.ts';

/** The state of the room just before an event, as far as it concerns one user. */
export interface StateBefore {
  /** The value of m.room.history_visibility; undefined when the room has none. */
  readonly historyVisibility: string | undefined;
  /** The user's membership; undefined when they have none. */
  readonly membership: string | undefined;
}

const DEFAULT_VISIBILITY = 'shared';
const VISIBILITIES: ReadonlySet<string> = new Set(['world_readable', 'shared', 'invited', 'joined']);

/**
 * Whether a user may see an event. An event that changes the visibility, or the user's own membership,
 * may be seen when what it was before or what it is afterwards lets them.
 * @param joinedSince whether the user joined at any point after the event (being joined still counts)
 */
export function mayUserSee(userId: UserId, event: Event, before: StateBefore, joinedSince: boolean): boolean {
  const visibilities = [before.historyVisibility];
  const memberships = [before.membership];
  if (event.type === 'm.room.history_visibility' && event.stateKey === '') visibilities.push(stringAt(event.content, 'history_visibility'));
  if (event.type === 'm.room.member' && event.stateKey === userId) memberships.push(stringAt(event.content, 'membership'));
  return visibilities.some((historyVisibility) => memberships.some((membership) => maySee({ historyVisibility, membership }, joinedSince)));
}

/** The same for any other event: what changes neither the visibility nor the user's membership. */
export const maySee = ({ historyVisibility, membership }: StateBefore, joinedSince: boolean): boolean =>
  allows(understood(historyVisibility), membership, joinedSince);

const understood = (visibility: string | undefined): string =>
  visibility !== undefined && VISIBILITIES.has(visibility) ? visibility : DEFAULT_VISIBILITY;

function allows(visibility: string, membership: string | undefined, joinedSince: boolean): boolean {
  if (visibility === 'world_readable' || membership === 'join') return true;
  return (visibility === 'shared' && joinedSince) || (visibility === 'invited' && membership === 'invite');
}
