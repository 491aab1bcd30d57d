import { invalidParam } from '../../kernel/errors.ts';
import type { SearchRequest } from '../../operations/finding/search-events.ts';

type Place = NonNullable<SearchRequest['place']>;

/** Pages of search results are remembered by nobody but their tokens. */
export const writeSearchToken = ({ upTo, offset, seen, group }: Place): string =>
  Buffer.from(JSON.stringify([upTo, offset, seen, ...(group === undefined ? [] : [group.key, group.value])])).toString('base64url');

/** @throws M_INVALID_PARAM */
export function readSearchToken(token: string): Place {
  const [upTo, offset, seen, key, value] = partsOf(token);
  const numbers = [upTo, offset, seen].filter((part): part is number => Number.isSafeInteger(part));
  const isGroup = (key === 'room_id' || key === 'sender') && typeof value === 'string';
  if (numbers.length !== 3 || (numbers[1] ?? -1) < 0 || (key !== undefined && !isGroup)) {
    throw invalidParam('This "next_batch" is not a token that this server gave for a search');
  }
  return { upTo: numbers[0] ?? 0, offset: numbers[1] ?? 0, seen: numbers[2] ?? 0, group: isGroup ? { key, value } : undefined };
}

function partsOf(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parts) ? (parts as unknown[]) : [];
  } catch {
    return [];
  }
}
