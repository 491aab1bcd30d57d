import { isRoomId } from '../../core/identifiers.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { DirectoryPlace } from '../../store/public-rooms.ts';

const TOKEN = /^(n|p)(\d{1,15})_(.+)$/;

/** Tokens of the published directory name the room that a page goes on from; `n` goes on to the next page, `p` back. */
export const writeDirectoryToken = ({ direction, joinedMembers, roomId }: DirectoryPlace): string =>
  `${direction === 'forwards' ? 'n' : 'p'}${joinedMembers}_${roomId}`;

/** @throws M_INVALID_PARAM */
export function readDirectoryToken(token: string): DirectoryPlace {
  const [, letter, joinedMembers, roomId = ''] = TOKEN.exec(token) ?? [];
  if (!isRoomId(roomId)) throw invalidParam('This "since" is not a token that this server gave for the room directory');
  return { direction: letter === 'n' ? 'forwards' : 'backwards', joinedMembers: Number(joinedMembers), roomId };
}
