import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import { isVisible } from '../events/visibility.ts';
import type { Viewer } from '../events/viewer.ts';
import { isRead } from './is-read.ts';

/** Whether a user is still to be told of an event that notified them: what was redacted or read in the meantime needs no telling. */
export function* isStillNews(stored: StoredEvent, viewer: Viewer): Work<boolean> {
  if (stored.redactedBy !== undefined || (yield* isRead(stored, viewer.userId))) return false;
  return yield* isStillWanted(stored, viewer);
}

/** Whether a user may (still) see an event, or is invited by it, and does not ignore its sender: much may happen while a gateway is away. */
function* isStillWanted(stored: StoredEvent, viewer: Viewer): Work<boolean> {
  const { event, pos } = stored;
  if (viewer.ignored?.has(event.sender) === true) return false;
  const member = yield* memberships.find(event.roomId, viewer.userId);
  return (member?.membership === 'invite' && member.pos === pos) || (yield* isVisible(stored, viewer));
}
