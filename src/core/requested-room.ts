import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from './json.ts';
import { isPresetName, presetOf } from './room-presets.ts';

/** What a room that is asked for will be like: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export interface RequestedRoom {
  /** Whether it will stand in the published room directory; private unless the request says otherwise. */
  readonly visibility: 'public' | 'private';
  /** That of m.room.join_rules in `initial_state`, else that of the preset, which follows from the visibility where the request names none. */
  readonly joinRule: string;
  /** Whether anybody can find or enter it: by the directory, or by the join rule. */
  readonly isPublic: boolean;
  /** Whether those whom it invites are told that it is a direct chat (`is_direct`). */
  readonly isDirect: boolean;
  /** Whether it will be encrypted from the beginning: by m.room.encryption in `initial_state`, which no preset sets. */
  readonly isEncrypted: boolean;
  /** `type` of the creation content: `m.space` for a space, undefined for an ordinary room. */
  readonly roomType: string | undefined;
}

/**
 * Reads a createRoom request, which need not be valid.
 * @param request the body; or what an upgrade asks for (`creation_content` and `initial_state`)
 */
export function requestedRoom(request: JsonObject): RequestedRoom {
  const visibility = request['visibility'] === 'public' ? 'public' : 'private';
  const named = request['preset'];
  const preset = presetOf({ visibility, preset: isPresetName(named) ? named : undefined });
  const joinRule = stringAt(initialStateOf(request, 'm.room.join_rules') ?? {}, 'join_rule') ?? preset.joinRule;
  return {
    visibility,
    joinRule,
    isPublic: visibility === 'public' || joinRule === 'public',
    isDirect: request['is_direct'] === true,
    isEncrypted: initialStateOf(request, 'm.room.encryption') !== undefined,
    roomType: stringAt(objectAt(request, 'creation_content') ?? {}, 'type'),
  };
}

/**
 * The `initial_state` of a createRoom request with other state of one type (and the empty state key).
 * @param content undefined: without any
 * @returns what to put in its place; the same where it has the wrong form, and is to be refused for it
 */
export function initialStateWith(request: JsonObject, type: string, content: JsonObject | undefined): JsonValue {
  const asked = request['initial_state'] ?? [];
  if (!Array.isArray(asked)) return asked;
  const others = (asked as readonly JsonValue[]).filter((event) => !isAt(event, type));
  return content === undefined ? others : [...others, { type, state_key: '', content }];
}

/** The content of state that the request names: the last of its type counts, as each takes the place of the one before. */
function initialStateOf({ initial_state: events }: JsonObject, type: string): JsonObject | undefined {
  if (!Array.isArray(events)) return undefined;
  const event = (events as readonly JsonValue[]).findLast((one) => isAt(one, type));
  return isObject(event) ? (objectAt(event, 'content') ?? {}) : undefined;
}

const isAt = (event: JsonValue, type: string): boolean => isObject(event) && event['type'] === type && (event['state_key'] ?? '') === '';
