import type { EventId } from '../../core/identifiers.ts';
import { objectAt, type JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import { aggregationsOf, type Aggregation } from './aggregations.ts';
import { clientEvents, type ClientEventOptions } from './client-event.ts';
import type { Viewer } from './viewer.ts';

/**
 * Events as `clientEvents` has them, with bundled aggregations of the events that relate to them in `unsigned`:
 * https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events
 * @param now ms since the epoch
 */
export function* bundledEvents(
  stored: readonly StoredEvent[],
  viewer: Viewer,
  now: number,
  options: ClientEventOptions = {},
): Work<readonly JsonObject[]> {
  const forms = yield* clientEvents(stored, viewer, now, options);
  const aggregations = yield* aggregationsOf(stored, viewer);
  if (aggregations.size === 0) return forms;
  const replacements = [...aggregations.values()].flatMap(({ replacement }) => replacement ?? []);
  const latest = [...aggregations.values()].flatMap(({ thread }) => thread?.latest ?? []);
  const replacing = byId(replacements, yield* clientEvents(replacements, viewer, now, options));
  // What ends a thread may be edited or referred to, but cannot be the root of another, so this goes no deeper.
  const ending = byId(latest, yield* bundledEvents(latest, viewer, now, options));
  return forms.map((form, index) => {
    const id = stored[index]?.event.eventId;
    const aggregation = id === undefined ? undefined : aggregations.get(id);
    const relations = aggregation === undefined ? {} : relationsOf(aggregation, replacing, ending);
    if (Object.keys(relations).length === 0) return form;
    return { ...form, unsigned: { ...objectAt(form, 'unsigned'), 'm.relations': relations } };
  });
}

/** One event as `bundledEvents` has them. */
export function* bundledEvent(stored: StoredEvent, viewer: Viewer, now: number): Work<JsonObject> {
  const [form] = yield* bundledEvents([stored], viewer, now);
  if (form === undefined) throw new Error('An event was lost on its way to the client');
  return form;
}

type Forms = ReadonlyMap<EventId, JsonObject>;

const byId = (stored: readonly StoredEvent[], forms: readonly JsonObject[]): Forms =>
  new Map(forms.flatMap((form, index) => (stored[index] === undefined ? [] : [[stored[index].event.eventId, form]])));

function relationsOf({ replacement, thread, references }: Aggregation, replacing: Forms, ending: Forms): JsonObject {
  const newest = replacement && replacing.get(replacement.event.eventId);
  const latest = thread && ending.get(thread.latest.event.eventId);
  return {
    ...(newest !== undefined && { 'm.replace': newest }),
    ...(latest !== undefined && {
      'm.thread': { latest_event: latest, count: thread?.count ?? 0, current_user_participated: thread?.participated ?? false },
    }),
    ...(references.length > 0 && { 'm.reference': { chunk: references.map((eventId) => ({ event_id: eventId })) } }),
  };
}
