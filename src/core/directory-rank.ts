import type { UserId } from './identifiers.ts';
import { searchWords } from './search-words.ts';

/** A user whom a search of the user directory found, as far as the order of the results depends on them. */
export interface Candidate {
  readonly userId: UserId;
  readonly displayName?: string | undefined;
  /** Whether they and the searcher are in a room together. */
  readonly shares: boolean;
}

/**
 * The order in which people want to see who they may have meant: whoever is called exactly so, by id before by display name; then those whom they share a
 * room with; then those whose id or name begins so; then all others, by id.
 */
export function rankCandidates<C extends Candidate>(words: readonly string[], candidates: readonly C[]): readonly C[] {
  const term = words.join(' ');
  return candidates
    .map((candidate) => ({ candidate, rank: rankOf(term, candidate) }))
    .toSorted((one, other) => one.rank - other.rank || (one.candidate.userId < other.candidate.userId ? -1 : 1))
    .map(({ candidate }) => candidate);
}

function rankOf(term: string, { userId, displayName, shares }: Candidate): number {
  const id = searchWords(userId).join(' ');
  const localpart = searchWords(userId.slice(0, userId.indexOf(':'))).join(' ');
  const name = searchWords(displayName ?? '').join(' ');
  if (term === localpart || term === id) return 0;
  if (term === name) return 1;
  const beginsSo = localpart.startsWith(term) || name.startsWith(term);
  return 2 + (shares ? 0 : 2) + (beginsSo ? 0 : 1);
}
