import { setImmediate } from 'node:timers/promises';
import type { EventId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Reader } from '../../kernel/database.ts';
import type { AddFields } from '../../kernel/shown-events.ts';
import { WrittenJson } from '../../kernel/written-json.ts';
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
  for await (const page of pagesOf(reader, eventIds, viewer, now, wanted)) all.push(...page);
  return all;
}

/**
 * The same as text: a list, of which the objects of one page are gone before those of the next are made.
 * @param addFields what modules add to events, which has to be there before they are written
 */
export async function writtenStateEvents(
  reader: Reader,
  addFields: AddFields,
  eventIds: readonly EventId[],
  viewer: Viewer,
  now: number,
  wanted: (stored: StoredEvent) => boolean = () => true,
): Promise<WrittenJson> {
  const pieces: string[] = [];
  for await (const page of pagesOf(reader, eventIds, viewer, now, wanted)) {
    await addFields(page);
    if (page.length > 0) pieces.push(`${pieces.length === 0 ? '' : ','}${JSON.stringify(page).slice(1, -1)}`);
  }
  return new WrittenJson(['[', ...pieces, ']']);
}

async function* pagesOf(
  reader: Reader,
  eventIds: readonly EventId[],
  viewer: Viewer,
  now: number,
  wanted: (stored: StoredEvent) => boolean,
): AsyncGenerator<readonly JsonObject[]> {
  for (let start = 0; start < eventIds.length; start += PAGE) {
    if (start > 0) await setImmediate();
    const page = eventIds.slice(start, start + PAGE);
    yield await reader.read(function* () {
      return yield* clientEvents((yield* events.findAll(page)).filter(wanted), viewer, now);
    });
  }
}
