import type { Reader } from '../../kernel/database.ts';
import * as history from '../../store/history.ts';
import { storedHistory } from './history-walk.ts';
import { questionsAbout, type PastQuestions } from './questions.ts';
import type { RecordedHistory } from './recording/recorded-history.ts';

/** What modules are asked about. */
export interface Past {
  /** ms since the epoch */
  readonly since: number;
  readonly questions: AsyncIterable<PastQuestions>;
  /** How many events there are; undefined where they are counted only as they come. */
  readonly total: number | undefined;
  /** How many were left out so far, as what they said is gone. */
  readonly redacted: () => number;
}

/** What is stored since a time (ms since the epoch). */
export async function storedPast(reader: Reader, since: number): Promise<Past> {
  let redacted = 0;
  async function* questions(): AsyncGenerator<PastQuestions> {
    for await (const stored of storedHistory(reader, since)) {
      if (stored.redactedBy === undefined) yield await questionsAbout(stored, reader);
      else redacted += 1;
    }
  }
  return { since, questions: questions(), total: await reader.read(() => history.countSince(since)), redacted: () => redacted };
}

/** All that a recording has; redacted events are in none. */
export const recordedPast = ({ head, past }: RecordedHistory): Past => ({ since: head.since, questions: past, total: undefined, redacted: () => 0 });
