import { isObject, type JsonValue } from '../../../core/json.ts';

/** Keys whose values are words of the protocol. */
const PROTOCOL: ReadonlySet<string> = new Set([
  'algorithm',
  'allow_ip_literals',
  'format',
  'guest_access',
  'history_visibility',
  'join_rule',
  'membership',
  'mimetype',
  'msgtype',
  'preset',
  'rel_type',
  'room_version',
  'type',
  'version',
  'visibility',
]);
/** Users, rooms, aliases, events and files. */
const IDENTIFIER = /^(?:[@!#$+]\S+:\S+|[!$][\w-]{43}|mxc:\/\/\S+)$/;
/** That something is a link is kept. */
const SCHEME = /(https?:\/\/)/;

/**
 * The same with every text made unreadable: letters become x and digits 0, so that lengths, spaces, punctuation and links stay. Identifiers and
 * words of the protocol stay as they are.
 */
export function unreadable(value: JsonValue, key = ''): JsonValue {
  if (typeof value === 'string') return PROTOCOL.has(key) || IDENTIFIER.test(value) ? value : masked(value);
  if (Array.isArray(value)) return value.map((part: JsonValue) => unreadable(part, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unreadable(part, name)]));
}

const masked = (text: string): string =>
  text
    .split(SCHEME)
    .map((part) => (SCHEME.test(part) ? part : part.replaceAll(/\p{L}/gu, 'x').replaceAll(/\p{N}/gu, '0')))
    .join('');
