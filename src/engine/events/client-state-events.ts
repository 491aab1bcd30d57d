import type { EventId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Reader } from '../../kernel/database.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import { clientEvents } from './client-event.ts';
import type { Viewer } from './viewer.ts';

/** How many events are read before other requests have their turn. */
const PAGE = 250;

/**
 * Events of a room's state as clients see them. State may be large, so it is read page by page.
 * @param now ms since the epoch
 * @param wanted leaves out those that it denies
 */
export async function clientStateEvents(
  reader: Reader,
  eventIds: readonly EventId[],
  viewer: Viewer,
  now: number,
  wanted: (stored: StoredEvent) => boolean = () => true,
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  for (let start = 0; start < eventIds.length; start += PAGE) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    const page = eventIds.slice(start, start + PAGE);
    const shown = await reader.read(function* () {
      return yield* clientEvents((yield* events.findAll(page)).filter(wanted), viewer, now);
    });
    all.push(...shown);
  }
  return all;
}
