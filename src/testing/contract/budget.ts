import type { TestServer } from '../test-server.ts';
import { ask, callbacksOf, questionsOf } from './rehearsal.ts';
import type { ContractOptions, Subject } from './subject.ts';

/** Another program may take the machine for a while: the best of some rounds counts. */
const ROUNDS = 3;
const CALLS = 200;

/** Measures callbacks without what the server does around them. @returns those that take longer than they may */
export async function overBudget(
  server: TestServer,
  subject: Subject,
  { milliseconds, calls = CALLS }: NonNullable<ContractOptions['budget']>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const name of callbacksOf(server)) {
    const questions = subject.mayFail(name) ? [] : questionsOf(server, name);
    const round = async (): Promise<number> => {
      const since = server.calls.length;
      for (let call = 0; call < calls; call++) {
        const args = questions[call % questions.length];
        if (args !== undefined) await ask(server, name, args);
      }
      const times = server.calls.slice(since).flatMap(({ callback, microseconds = 0 }) => (callback === name ? [microseconds / 1_000] : []));
      return percentile99(times);
    };
    // The first calls are those of code that is not compiled yet.
    await round();
    const rounds: number[] = [];
    for (let count = 0; count < ROUNDS; count++) rounds.push(await round());
    const best = Math.min(...rounds);
    if (best > milliseconds) problems.push(`${name} took ${best.toFixed(2)} ms, 99 times of 100 no longer, but may take ${milliseconds}`);
  }
  return problems;
}

const percentile99 = (times: readonly number[]): number => times.toSorted((one, other) => one - other)[Math.ceil(times.length * 0.99) - 1] ?? 0;
