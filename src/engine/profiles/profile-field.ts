import type { JsonValue } from '../../core/json.ts';
import { isServerName } from '../../core/identifiers.ts';
import { badJson, invalidParam, MatrixError } from '../../kernel/errors.ts';

/** Bytes of a field's name. */
const MAX_NAME = 255;
/** A name of the specification, or one with a namespace: https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar */
const NAME = /^(?:displayname|avatar_url|[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)$/;
/** Characters of a display name and of an avatar's address: both are in every member event, which must stay small. */
const MAX_DISPLAY_NAME = 256;
const MAX_AVATAR_URL = 1000;
const MXC = /^mxc:\/\/([^/]+)\/[A-Za-z0-9_-]+$/;

/**
 * Checks the name of a profile field: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname
 * @throws M_KEY_TOO_LARGE, M_INVALID_PARAM
 */
export function checkFieldName(name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME) throw new MatrixError(400, 'M_KEY_TOO_LARGE', `The name of a profile field has at most ${MAX_NAME} bytes`);
  if (!NAME.test(name)) {
    throw invalidParam(`${name} cannot be a profile field: use displayname, avatar_url, m.tz or a name of your own like org.example.field`);
  }
}

/**
 * Checks what a field is to be; of fields that the specification does not name everything is allowed.
 * @returns undefined where the value means that the field is to go
 * @throws M_BAD_JSON, M_INVALID_PARAM
 */
export function checkFieldValue(name: string, value: JsonValue): JsonValue | undefined {
  if (name !== 'displayname' && name !== 'avatar_url' && name !== 'm.tz') return value;
  if (typeof value !== 'string') throw badJson(`${name} has to be text`);
  // Clients from before fields could be deleted set them to nothing.
  if (value === '') return undefined;
  if (name === 'displayname' && value.length > MAX_DISPLAY_NAME) throw invalidParam(`A display name has at most ${MAX_DISPLAY_NAME} characters`);
  if (name === 'avatar_url' && !isMxc(value)) throw invalidParam('An avatar has to be an address like mxc://server/media');
  return value;
}

const isMxc = (value: string): boolean => value.length <= MAX_AVATAR_URL && isServerName(MXC.exec(value)?.[1] ?? '');

/** Whether member events carry the field: https://spec.matrix.org/v1.19/client-server-api/#events-on-change-of-profile-information */
export const isShownInRooms = (name: string): boolean => name === 'displayname' || name === 'avatar_url';
