import { initialStateWith, requestedRoom, type JsonValue } from 'plexus/module';

/** What encryption is decided by. Nobody writes into a space, so that there is nothing to encrypt. */
export type RoomKind = 'direct' | 'private' | 'public';

type Request = Record<string, JsonValue>;

const ENCRYPTION = 'm.room.encryption';

/** What a createRoom request asks for; undefined for a space. */
export function kindAskedFor(request: Request): RoomKind | undefined {
  const { roomType, isPublic, isDirect } = requestedRoom(request);
  if (roomType === 'm.space') return undefined;
  if (isPublic) return 'public';
  return isDirect ? 'direct' : 'private';
}

export const wantsEncryption = (request: Request): boolean => requestedRoom(request).isEncrypted;

/** Encrypts the room from the beginning, unless the request does so itself. */
export function addEncryption(request: Request, algorithm: string): void {
  if (!wantsEncryption(request)) request['initial_state'] = initialStateWith(request, ENCRYPTION, { algorithm });
}

export function removeEncryption(request: Request): void {
  request['initial_state'] = initialStateWith(request, ENCRYPTION, undefined);
}
