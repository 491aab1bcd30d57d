import type { Event } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import { build } from '../build.ts';

/** Right to left, joined, beyond the basic plane, and what is no letter at all. */
export const UNICODE = 'żółć 😀 👩‍👩‍👧‍👦 \u202Eשלום\u202C e\u0301 \u0000\t\r\n\u{10FFFF}';
const LONG = 'word '.repeat(12_000);

/** What users may be called: local, of other servers, as long as can be, with all that is allowed. */
export const USERS = ['@alice:localhost', '@0=_.-/+:localhost', `@${'a'.repeat(244)}:localhost`, '@Bob:other.example', '@c:[2001:db8::1]:8448'];
export const ROOMS = ['!room:localhost', '!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM', '!an odd one:other.example:8448'];
export const TEXTS = ['hello', '', UNICODE, LONG];
export const ADDRESSES = ['alice@example.org', 'Alice+Tag@Sub.EXAMPLE.org', `${'a'.repeat(64)}@${'b'.repeat(63)}.example`];

/** Contents of messages that clients may send: the server does not look into them. */
const CONTENTS: readonly JsonObject[] = [
  {},
  ...TEXTS.map((body) => ({ msgtype: 'm.text', body })),
  { msgtype: 'm.text' },
  { msgtype: null, body: null, format: 42, formatted_body: [] },
  { msgtype: 'm.text', body: 42 },
  { msgtype: 'm.text', body: ['text'] },
  { msgtype: 'm.text', body: { text: 'text' } },
  { msgtype: 'm.text', body: 'html', format: 'org.matrix.custom.html', formatted_body: '<a href="https://[">'.repeat(500) },
  { msgtype: 'm.image', body: 'image.png', url: '', info: null },
  { msgtype: 'm.file', body: 'x', file: { url: 'mxc://', key: [] } },
  { msgtype: 'm.text', body: '* edit', 'm.new_content': 'no object', 'm.relates_to': { rel_type: 'm.replace', event_id: 42 } },
  { msgtype: 'm.text', body: 'relations', 'm.relates_to': null, 'm.mentions': [] },
  JSON.parse('{"msgtype": "m.text", "body": "prototype", "__proto__": {"polluted": true}, "constructor": {"prototype": {}}}') as JsonObject,
  Array.from({ length: 50 }).reduce<JsonObject>((deep) => ({ deep }), { msgtype: 'm.text', body: 'deep' }),
];

const member = (membership: string, more: JsonObject = {}): Event =>
  build.event({ type: 'm.room.member', stateKey: '@alice:localhost', content: { membership, ...more } });
const ofState = (type: string, content: JsonObject, stateKey = ''): Event => build.event({ type, stateKey, content });

const messages = (): readonly Event[] => [
  ...CONTENTS.map((content) => build.event({ content })),
  ...USERS.map((sender) => build.event({ sender })),
  ...ROOMS.map((roomId) => build.event({ roomId })),
  build.event({ type: 'm.room.encrypted', content: { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AwgAEn…' } }),
  build.event({ type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: UNICODE } } }),
  build.event({ type: 'm.room.redaction', redacts: '$x', content: { reason: UNICODE } }),
  build.event({ type: `org.example.${'x'.repeat(200)}` }),
  build.event({ type: UNICODE, originServerTs: 0 }),
];

const stateEvents = (): readonly Event[] => [
  ofState('m.room.create', { room_version: '11' }),
  ...['join', 'invite', 'leave', 'ban', 'knock'].map((membership) => member(membership)),
  member('join', { displayname: null, avatar_url: 42, reason: [], is_direct: 'yes' }),
  member('invite', { displayname: UNICODE, third_party_invite: null, is_direct: true }),
  ...[{}, { name: '' }, { name: 42 }, { name: UNICODE }, { name: LONG }].map((content) => ofState('m.room.name', content)),
  ofState('m.room.topic', { topic: null }),
  ofState('m.room.avatar', {}),
  ofState('m.room.join_rules', { join_rule: 'restricted', allow: null }),
  ofState('m.room.join_rules', {}),
  ofState('m.room.history_visibility', { history_visibility: 'world_readable' }),
  ofState('m.room.canonical_alias', { alias: null, alt_aliases: [] }),
  ofState('m.room.encryption', {}),
  ofState('m.room.power_levels', {}),
  ofState('m.room.server_acl', { allow: [] }),
  ofState('m.room.third_party_invite', {}, 'token'),
  ofState('m.room.tombstone', { body: '', replacement_room: '' }),
  ofState('org.example.odd', { list: [] }, UNICODE),
];

let all: readonly Event[] | undefined;

/** Events of every form that there is. They are made once: each is signed. */
export const events = (): readonly Event[] => (all ??= [...messages(), ...stateEvents()]);

/** The state of a room before its first event, and when it has what a room has. */
export const states = (): readonly StateView[] => [
  build.state(),
  build.state(
    ofState('m.room.create', { room_version: '11' }),
    member('join'),
    ofState('m.room.power_levels', { users: { '@alice:localhost': 100 } }),
    ofState('m.room.join_rules', { join_rule: 'invite' }),
    ofState('m.room.name', { name: UNICODE }),
  ),
];
