import { RequestFailed, type TestUser } from '../../../src/testing/index.ts';
import type { Json } from '../../../src/testing/test-user.ts';
import { pathOf } from '../room-reading.ts';
import { v3 } from '../v3.ts';

/** What is asked about. */
export interface Scene {
  readonly room: string;
  /** A visible event to which others relate. */
  readonly root: string;
  /** Events that are asked for by their ids. */
  readonly eventIds: readonly string[];
  /** Words to search for. */
  readonly term: string;
  /** A token of /sync and one of the timeline, from before anything was said. */
  readonly since: string;
  readonly from: string;
}

const filter = (room: object): string => encodeURIComponent(JSON.stringify(room));

/** All that a user can find out about a room by reading: each road with its reply, or the status by which it was refused. */
export async function wholeView(user: TestUser, { room, root, eventIds, term, since, from }: Scene): Promise<ReadonlyMap<string, unknown>> {
  const [v3Room, v1Room] = [pathOf(room), pathOf(room, 'v1')];
  const searched = { search_term: term, event_context: { before_limit: 5, after_limit: 5 }, include_state: true };
  const roads: [string, string, Json?][] = [
    ['/messages backwards', `${v3Room}/messages?dir=b&limit=100`],
    ['/messages forwards', `${v3Room}/messages?dir=f&limit=100`],
    ['/messages, lazily', `${v3Room}/messages?dir=b&limit=100&filter=${filter({ lazy_load_members: true })}`],
    ['/messages that threads hang on', `${v3Room}/messages?dir=b&limit=100&filter=${filter({ related_by_rel_types: ['m.thread'] })}`],
    ['/context', `${v3Room}/context/${root}?limit=100`],
    ['/relations', `${v1Room}/relations/${root}?limit=100&recurse=true`],
    ['/threads', `${v1Room}/threads`],
    ['/state', `${v3Room}/state`],
    ['/members', `${v3Room}/members`],
    ['/joined_members', `${v3Room}/joined_members`],
    ['/initialSync of the room', `${v3Room}/initialSync`],
    ['/hierarchy', `${v1Room}/hierarchy`],
    ['/room_summary', `/_matrix/client/v1/room_summary/${encodeURIComponent(room)}`],
    ['/sync, initial', v3('sync')],
    ['/sync, limited', `${v3('sync')}?filter=${filter({ room: { timeline: { limit: 1, types: ['org.example.root'] } } })}`],
    ['/sync, incremental', `${v3('sync')}?since=${since}`],
    ['/sync, in full', `${v3('sync')}?since=${since}&full_state=true`],
    ['/initialSync', `${v3('initialSync')}?limit=100`],
    ['/events', `${v3('events')}?from=${from}&timeout=0`],
    ['/events of the room', `${v3('events')}?from=${from}&timeout=0&room_id=${encodeURIComponent(room)}`],
    ['/notifications', v3('notifications')],
    ['/search', v3('search'), { search_categories: { room_events: searched } }],
    ['/search, newest first', v3('search'), { search_categories: { room_events: { ...searched, order_by: 'recent' } } }],
    ...eventIds.flatMap((eventId, index): [string, string][] => [
      [`/event ${index}`, `${v3Room}/event/${eventId}`],
      [`/events/{id} ${index}`, v3('events', eventId)],
      [`/context ${index}`, `${v3Room}/context/${eventId}?limit=100`],
      [`/relations ${index}`, `${v1Room}/relations/${eventId}`],
    ]),
  ];
  const view = new Map<string, unknown>();
  for (const [name, path, body] of roads) view.set(name, await answered(user, path, body));
  return view;
}

async function answered(user: TestUser, path: string, body: Json | undefined): Promise<unknown> {
  try {
    const reply = await user.request(body === undefined ? 'GET' : 'POST', path, body);
    // A search tells what was searched for.
    return body === undefined ? reply : { ...(reply['search_categories'] as Record<'room_events', Json>).room_events, highlights: [] };
  } catch (error) {
    if (error instanceof RequestFailed) return error.status;
    throw error;
  }
}

/** The roads on which a text occurs. */
export const roadsWith = (view: ReadonlyMap<string, unknown>, text: string): string[] =>
  [...view].flatMap(([road, reply]) => (JSON.stringify(reply).includes(text) ? [road] : []));
