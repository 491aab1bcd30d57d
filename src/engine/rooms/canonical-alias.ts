import { isRoomAlias, type RoomAlias, type RoomId } from '../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';

/** The values that an m.room.canonical_alias names as aliases, whatever they are. */
function namedIn(content: JsonObject): readonly JsonValue[] {
  const { alias, alt_aliases: alternatives } = content;
  const listed = Array.isArray(alternatives) ? (alternatives as JsonValue[]) : [];
  return [...(alias === undefined || alias === null || alias === '' ? [] : [alias]), ...listed];
}

/**
 * The aliases that new content of an m.room.canonical_alias adds. Those that stood there before are not looked at again
 * (https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey).
 * @throws M_INVALID_PARAM for what is not an alias
 */
export function addedAliases(content: JsonObject, before: JsonObject = {}): readonly RoomAlias[] {
  const known = new Set(namedIn(before));
  const { alt_aliases: alternatives = [] } = content;
  if (!Array.isArray(alternatives)) throw invalidParam('alt_aliases must be a list of room aliases');
  return namedIn(content)
    .filter((alias) => !known.has(alias))
    .map((alias) => {
      if (typeof alias !== 'string' || !isRoomAlias(alias)) throw invalidParam(`${JSON.stringify(alias)} is not a room alias`);
      return alias;
    });
}

export const badAlias = (alias: RoomAlias): MatrixError => new MatrixError(400, 'M_BAD_ALIAS', `The alias ${alias} does not lead to this room`);

/** @throws M_BAD_ALIAS for the first alias that does not lead to the room */
export function* checkAliasesLeadTo(roomId: RoomId, added: readonly RoomAlias[]): Work<void> {
  for (const alias of added) {
    if ((yield* aliases.find(alias))?.roomId !== roomId) throw badAlias(alias);
  }
}

/** The content of an m.room.canonical_alias without one alias; undefined when it does not name it. */
export function withoutAlias(content: JsonObject, alias: RoomAlias): JsonObject | undefined {
  if (!namedIn(content).includes(alias)) return undefined;
  const { alias: main, alt_aliases: alternatives, ...rest } = content;
  const others = Array.isArray(alternatives) ? (alternatives as JsonValue[]).filter((other) => other !== alias) : [];
  return { ...rest, ...(main !== undefined && main !== alias && { alias: main }), ...(others.length > 0 && { alt_aliases: others }) };
}
