import { invalidParam } from '../kernel/errors.ts';
import { formatPosition, parsePosition } from '../kernel/position-token.ts';

/** A moment on both lines along which clients follow the server. */
export interface SyncPosition {
  /** What is stored; one line for everything. */
  readonly stream: number;
  /** What lives in memory only (see Notifier.memoryPosition). */
  readonly memory: number;
  /** Up to where the device has its to-device messages: behind `stream` as long as more wait than one reply may carry. */
  readonly toDevice: number;
}

const DETAILS = /^[^_]+_(\d{1,15})(?:_(\d{1,15}))?$/;

/** The token of a moment. It says nothing of a process, so it holds after a restart. */
export const formatSyncToken = ({ stream, memory, toDevice }: SyncPosition): string =>
  `${formatPosition(stream)}_${memory}${toDevice < stream ? `_${toDevice}` : ''}`;

/**
 * Reads a `since`. A token of another endpoint is a moment as well, of which nothing is known in memory.
 * @throws M_INVALID_PARAM
 */
export function parseSyncToken(token: string): SyncPosition {
  const stream = parsePosition(token);
  if (stream < 0) throw invalidParam(`"${token}" is no token of /sync: it lies before everything that this server has seen`);
  const [, memory = 0, toDevice = stream] = DETAILS.exec(token) ?? [];
  return { stream, memory: Number(memory), toDevice: Number(toDevice) };
}
