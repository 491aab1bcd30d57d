import type { JsonObject, JsonValue } from 'plexus/module';

/** What a new room is; one room may be several of these. */
export const KINDS = ['public', 'private', 'direct', 'encrypted', 'unencrypted', 'space'] as const;
export type RoomKind = (typeof KINDS)[number];

/** What a createRoom request asks for; of an upgrade, its `creation_content` and `initial_state`. */
export function kindsOf(request: JsonObject): readonly RoomKind[] {
  const { is_direct: isDirect, creation_content: creation } = request;
  return [
    isPublic(request) ? 'public' : 'private',
    stateIn(request, 'm.room.encryption') === undefined ? 'unencrypted' : 'encrypted',
    ...(isDirect === true ? (['direct'] as const) : []),
    ...(isObject(creation) && creation['type'] === 'm.space' ? (['space'] as const) : []),
  ];
}

/** Public is what anybody finds or enters: by the directory, the join rule, or the preset where no join rule is named. */
function isPublic(request: JsonObject): boolean {
  const { preset, visibility } = request;
  const rule = stateIn(request, 'm.room.join_rules')?.['join_rule'];
  return visibility === 'public' || (rule === undefined ? preset === 'public_chat' : rule === 'public');
}

/** The content of an event of state that the request names, which is the last of its type. */
function stateIn({ initial_state: events }: JsonObject, type: string): JsonObject | undefined {
  if (!Array.isArray(events)) return undefined;
  const event = (events as readonly JsonValue[]).filter(isObject).findLast((one) => one['type'] === type && (one['state_key'] ?? '') === '');
  return isObject(event?.['content']) ? event['content'] : undefined;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
