import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { defineFilter } from '../../operations/sync/define-filter.ts';
import { getFilter } from '../../operations/sync/get-filter.ts';
import { sync } from '../../operations/sync/sync.ts';
import { anyObject } from '../schemas.ts';

const events = t.Object({ events: t.Array(t.Object({ type: t.String(), content: anyObject })) });
const strippedState = t.Object({
  events: t.Array(t.Object({ type: t.String(), state_key: t.String(), sender: t.String(), content: anyObject }, { additionalProperties: false })),
});
const unread = t.Object({ notification_count: t.Integer(), highlight_count: t.Integer() });

const roomEvents = {
  state: t.Optional(t.Object({ events: t.Array(anyObject) })),
  state_after: t.Optional(t.Object({ events: t.Array(anyObject) })),
  timeline: t.Object({ events: t.Array(anyObject), limited: t.Boolean(), prev_batch: t.Optional(t.String()) }),
  account_data: events,
};
const joinedRoom = t.Object({
  ...roomEvents,
  summary: t.Optional(
    t.Object({
      'm.heroes': t.Optional(t.Array(t.String())),
      'm.joined_member_count': t.Integer(),
      'm.invited_member_count': t.Integer(),
    }),
  ),
  ephemeral: events,
  unread_notifications: unread,
  unread_thread_notifications: t.Optional(t.Record(t.String(), unread)),
});
const ofRooms = <S extends Parameters<typeof t.Optional>[0]>(room: S) => t.Optional(t.Record(t.String(), room));

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync_response-200 */
const syncReply = t.Object({
  next_batch: t.String(),
  rooms: t.Optional(
    t.Object({
      join: ofRooms(joinedRoom),
      invite: ofRooms(t.Object({ invite_state: strippedState })),
      knock: ofRooms(t.Object({ knock_state: strippedState })),
      leave: ofRooms(t.Object(roomEvents)),
    }),
  ),
  presence: t.Optional(events),
  account_data: t.Optional(events),
  to_device: t.Optional(events),
  device_lists: t.Optional(t.Object({ changed: t.Optional(t.Array(t.String())), left: t.Optional(t.Array(t.String())) })),
  device_one_time_keys_count: t.Optional(t.Record(t.String(), t.Integer())),
  device_unused_fallback_key_types: t.Optional(t.Array(t.String())),
});

/** https://spec.matrix.org/v1.19/client-server-api/#syncing and https://spec.matrix.org/v1.19/client-server-api/#filtering */
export const SYNC = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/sync',
    auth: 'user',
    guests: true,
    limit: 'sync',
    query: t.Object({
      filter: t.Optional(t.String()),
      since: t.Optional(t.String()),
      full_state: t.Optional(t.Boolean()),
      set_presence: t.Optional(t.Union([t.Literal('online'), t.Literal('offline'), t.Literal('unavailable')])),
      timeout: t.Optional(t.Integer({ minimum: 0 })),
      use_state_after: t.Optional(t.Boolean()),
    }),
    reply: syncReply,
    operation: sync,
    input: (call) => ({
      since: call.query.since,
      filter: call.query.filter,
      fullState: call.query.full_state ?? false,
      useStateAfter: call.query.use_state_after ?? false,
      setPresence: call.query.set_presence ?? 'online',
      timeout: call.query.timeout ?? 0,
      signal: () => call.signal,
    }),
    output: (body) => body,
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/user/:userId/filter',
    auth: 'user',
    limit: 'general',
    body: anyObject,
    reply: t.Object({ filter_id: t.String() }),
    operation: defineFilter,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), filter: body as JsonObject }),
    output: (filterId) => ({ filter_id: filterId }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/user/:userId/filter/:filterId',
    auth: 'user',
    limit: 'general',
    reply: anyObject,
    operation: getFilter,
    input: ({ params }) => ({ userId: toUserId(params.userId), filterId: params.filterId }),
    output: (filter) => filter,
  }),
];
