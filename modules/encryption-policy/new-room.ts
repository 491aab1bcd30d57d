import type { JsonObject, JsonValue } from 'plexus/module';

/** What encryption is decided by. Nobody writes into a space, so that there is nothing to encrypt. */
export type RoomKind = 'direct' | 'private' | 'public';

type Request = Record<string, JsonValue>;

const ENCRYPTION = 'm.room.encryption';

/** What a createRoom request asks for; undefined for a space. */
export function kindAskedFor(request: Request): RoomKind | undefined {
  const { is_direct: isDirect, visibility, preset, creation_content: creation } = request;
  if (objectOf(creation)['type'] === 'm.space') return undefined;
  const rule = initialState(request).findLast((event) => isOf(event, 'm.room.join_rules'));
  const isOpen = rule === undefined ? preset === 'public_chat' : objectOf(rule['content'])['join_rule'] === 'public';
  if (isOpen || visibility === 'public') return 'public';
  return isDirect === true ? 'direct' : 'private';
}

export const wantsEncryption = (request: Request): boolean => initialState(request).some((event) => isOf(event, ENCRYPTION));

/** Encrypts the room from the beginning, unless the request does so itself. What has the wrong form is left to be refused. */
export function addEncryption(request: Request, algorithm: string): void {
  const { initial_state: asked = [] } = request;
  if (!Array.isArray(asked) || wantsEncryption(request)) return;
  request['initial_state'] = [...(asked as JsonValue[]), { type: ENCRYPTION, state_key: '', content: { algorithm } }];
}

export function removeEncryption(request: Request): void {
  request['initial_state'] = initialState(request).filter((event) => !isOf(event, ENCRYPTION));
}

const initialState = ({ initial_state: events }: Request): readonly JsonObject[] =>
  Array.isArray(events) ? (events as JsonValue[]).map(objectOf) : [];

const isOf = (event: JsonObject, type: string): boolean => event['type'] === type && (event['state_key'] ?? '') === '';

const objectOf = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
