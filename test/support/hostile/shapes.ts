import { Type as t, type TSchema } from '@sinclair/typebox';
import type { Endpoint } from '../../../src/kernel/endpoint.ts';

/** What endpoints take that ask for no more than an object: who knows its form gets further in. */

const maybe = t.Optional;
const text = t.String();
const int = t.Integer();
const list = <S extends TSchema>(item: S) => t.Array(item);
const map = <S extends TSchema>(value: S) => t.Record(t.String(), value);
const oneOf = (...words: string[]): TSchema => t.Unsafe({ type: 'string', enum: words });

const MEMBERSHIP = oneOf('join', 'invite', 'leave', 'ban', 'knock');
const relation = t.Object({
  rel_type: maybe(oneOf('m.thread', 'm.replace', 'm.annotation', 'm.reference')),
  event_id: maybe(text),
  key: maybe(text),
  is_falling_back: maybe(t.Boolean()),
  'm.in_reply_to': maybe(t.Object({ event_id: text })),
});
const message = t.Object({
  msgtype: oneOf('m.text', 'm.image', 'm.file'),
  body: text,
  url: maybe(text),
  'm.relates_to': maybe(relation),
  'm.new_content': maybe(t.Object({ msgtype: oneOf('m.text'), body: text })),
  'm.mentions': maybe(t.Object({ user_ids: maybe(list(text)), room: maybe(t.Boolean()) })),
});
const powerLevels = t.Object({
  users: maybe(map(int)),
  events: maybe(map(int)),
  notifications: maybe(map(int)),
  users_default: maybe(int),
  events_default: maybe(int),
  state_default: maybe(int),
  ban: maybe(int),
  kick: maybe(int),
  redact: maybe(int),
  invite: maybe(int),
});

/** The content of events, by their type. */
export const CONTENTS: Readonly<Record<string, TSchema>> = {
  'm.room.message': message,
  'm.room.member': t.Object({
    membership: MEMBERSHIP,
    displayname: maybe(text),
    avatar_url: maybe(text),
    reason: maybe(text),
    is_direct: maybe(t.Boolean()),
    join_authorised_via_users_server: maybe(text),
    third_party_invite: maybe(t.Object({ display_name: text, signed: t.Object({ mxid: text, token: text, signatures: map(map(text)) }) })),
  }),
  'm.room.power_levels': powerLevels,
  'm.room.join_rules': t.Object({
    join_rule: oneOf('public', 'invite', 'knock', 'restricted', 'knock_restricted', 'private'),
    allow: maybe(list(t.Object({ type: oneOf('m.room_membership'), room_id: text }))),
  }),
  'm.room.history_visibility': t.Object({ history_visibility: oneOf('world_readable', 'shared', 'invited', 'joined') }),
  'm.room.guest_access': t.Object({ guest_access: oneOf('can_join', 'forbidden') }),
  'm.room.canonical_alias': t.Object({ alias: maybe(text), alt_aliases: maybe(list(text)) }),
  'm.room.name': t.Object({ name: text }),
  'm.room.topic': t.Object({ topic: text, 'm.topic': maybe(t.Object({ 'm.text': list(t.Object({ body: text, mimetype: maybe(text) })) })) }),
  'm.room.avatar': t.Object({ url: text }),
  'm.room.encryption': t.Object({ algorithm: text }),
  'm.room.server_acl': t.Object({ allow: maybe(list(text)), deny: maybe(list(text)), allow_ip_literals: maybe(t.Boolean()) }),
  'm.room.third_party_invite': t.Object({ display_name: text, key_validity_url: text, public_key: text }),
  'm.room.tombstone': t.Object({ body: text, replacement_room: text }),
  'm.room.redaction': t.Object({ redacts: text, reason: maybe(text) }),
  'm.room.create': t.Object({ room_version: maybe(text), predecessor: maybe(t.Object({ room_id: text, event_id: text })) }),
  'm.space.child': t.Object({ via: list(text), order: maybe(text), suggested: maybe(t.Boolean()) }),
  'm.space.parent': t.Object({ via: list(text), canonical: maybe(t.Boolean()) }),
  'm.reaction': t.Object({ 'm.relates_to': t.Object({ rel_type: oneOf('m.annotation'), event_id: text, key: text }) }),
  'm.direct': map(list(text)),
  'm.ignored_user_list': t.Object({ ignored_users: map(t.Object({})) }),
  'm.fully_read': t.Object({ event_id: text }),
  'm.push_rules': t.Object({}),
  'm.invite_permission_config': t.Object({ default_action: oneOf('allow', 'block') }),
};

const eventFilter = {
  limit: maybe(int),
  types: maybe(list(text)),
  not_types: maybe(list(text)),
  senders: maybe(list(text)),
  not_senders: maybe(list(text)),
};
const roomEventFilter = t.Object({
  ...eventFilter,
  rooms: maybe(list(text)),
  not_rooms: maybe(list(text)),
  contains_url: maybe(t.Boolean()),
  lazy_load_members: maybe(t.Boolean()),
  unread_thread_notifications: maybe(t.Boolean()),
  related_by_rel_types: maybe(list(text)),
  related_by_senders: maybe(list(text)),
});
const filter = t.Object({
  event_fields: maybe(list(oneOf('content.body', 'type', 'content.a\\.b', 'content', '__proto__', 'content.constructor', 'a.b.c.d'))),
  event_format: maybe(oneOf('client', 'federation')),
  presence: maybe(t.Object(eventFilter)),
  account_data: maybe(t.Object(eventFilter)),
  room: maybe(
    t.Object({
      rooms: maybe(list(text)),
      include_leave: maybe(t.Boolean()),
      timeline: maybe(roomEventFilter),
      state: maybe(roomEventFilter),
      ephemeral: maybe(roomEventFilter),
      account_data: maybe(roomEventFilter),
    }),
  ),
});

const condition = t.Object({
  kind: oneOf(
    'event_match',
    'event_property_is',
    'event_property_contains',
    'contains_display_name',
    'room_member_count',
    'sender_notification_permission',
  ),
  key: maybe(oneOf('content.body', 'type', 'room', 'content.__proto__.x', 'content.m\\.mentions.user_ids', '')),
  pattern: maybe(text),
  value: maybe(t.Unknown()),
  is: maybe(oneOf('2', '<3', '>=99999999', '==')),
});

/** Bodies, by endpoint. */
const BODIES: Readonly<Record<string, TSchema>> = {
  'POST /_matrix/client/v3/createRoom': t.Object({
    visibility: maybe(oneOf('public', 'private')),
    room_alias_name: maybe(text),
    name: maybe(text),
    topic: maybe(text),
    invite: maybe(list(text)),
    room_version: maybe(oneOf('1', '3', '6', '8', '10', '11', '12')),
    creation_content: maybe(
      t.Object({ type: maybe(oneOf('m.space', 'x')), additional_creators: maybe(list(text)), 'm.federate': maybe(t.Boolean()) }),
    ),
    initial_state: maybe(
      list(t.Union(Object.entries(CONTENTS).map(([type, content]) => t.Object({ type: t.Literal(type), state_key: maybe(t.Literal('')), content })))),
    ),
    preset: maybe(oneOf('private_chat', 'public_chat', 'trusted_private_chat')),
    is_direct: maybe(t.Boolean()),
    power_level_content_override: maybe(powerLevels),
  }),
  'POST /_matrix/client/v3/user/:userId/filter': filter,
  'PUT /_matrix/client/v3/pushrules/global/:kind/:ruleId': t.Object({
    actions: list(
      t.Union([oneOf('notify', 'dont_notify', 'coalesce'), t.Object({ set_tweak: oneOf('sound', 'highlight'), value: maybe(t.Unknown()) })]),
    ),
    conditions: maybe(list(condition)),
    pattern: maybe(text),
  }),
  'POST /_matrix/client/v3/login': t.Object({
    type: oneOf('m.login.password', 'm.login.token', 'm.login.x'),
    identifier: t.Object({ type: oneOf('m.id.user', 'm.id.thirdparty', 'm.id.phone'), user: maybe(text), medium: maybe(text), address: maybe(text) }),
    password: oneOf('secret', 'wrong', '\0', '\uD800', 'x'.repeat(5_000)),
    token: maybe(text),
    device_id: maybe(text),
    initial_device_display_name: maybe(text),
    refresh_token: maybe(t.Boolean()),
  }),
  'PUT /_matrix/client/v3/profile/:userId/:keyName': t.Object({
    displayname: maybe(text),
    avatar_url: maybe(text),
    'm.tz': maybe(text),
    'org.example': maybe(t.Unknown()),
  }),
};

/** The form of a body for which the endpoint's own schema says less; `type` is what the path says of the event or the account data. */
export function bodyShape(endpoint: Endpoint, type: string): Endpoint['body'] {
  const content = /:(?:eventType|type)\b/.test(endpoint.path) && !endpoint.path.includes('sendToDevice') ? CONTENTS[type] : undefined;
  return content ?? BODIES[`${endpoint.method} ${endpoint.path}`] ?? endpoint.body;
}
