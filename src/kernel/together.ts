import type { Query, Row, Step, Work } from './work.ts';

/** A work with the step that it stands at. */
interface Running<T> {
  readonly work: Work<T>;
  turn: IteratorResult<Step, T>;
}

/**
 * Does several works step by step: what they ask at the same time is asked once for all of them, where the question has a form for that. So
 * work about one room is written for one room, and ten rooms cost as many questions as one. It is for works that only read, and when a
 * question fails none of them goes on.
 * @returns what each of them returns
 */
export function* together<T>(works: readonly Work<T>[]): Work<readonly T[]> {
  const all = works.map((work): Running<T> => ({ work, turn: work.next() }));
  for (;;) {
    const groups = alike(all);
    if (groups.length === 0) break;
    for (const group of groups) yield* answer(group);
  }
  return all.flatMap(({ turn }) => (turn.done === true ? [turn.value] : []));
}

interface Asking<T> {
  readonly step: Step;
  readonly running: Running<T>;
}

/** Those that are not done, sorted by what they ask. */
function alike<T>(all: readonly Running<T>[]): readonly (readonly Asking<T>[])[] {
  const groups: Asking<T>[][] = [];
  for (const running of all) {
    if (running.turn.done === true) continue;
    const asking = { step: running.turn.value, running };
    const group = groups.find(([first]) => first !== undefined && askAlike(first.step, asking.step));
    if (group === undefined) groups.push([asking]);
    else group.push(asking);
  }
  return groups;
}

const jointOf = (step: Step): Query['joint'] => ('sql' in step ? step.joint : undefined);

function askAlike(one: Step, other: Step): boolean {
  const [form, second] = [jointOf(one), jointOf(other)];
  return form !== undefined && form.sql === second?.sql && form.rest.every((value, index) => value === second.rest[index]);
}

function* answer<T>(group: readonly Asking<T>[]): Work<void> {
  const [first] = group;
  if (first === undefined) return;
  const form = jointOf(first.step);
  if (group.length === 1 || form === undefined) {
    first.running.turn = first.running.work.next(yield first.step);
    return;
  }
  const about = group.map(({ step }) => jointOf(step)?.about ?? null);
  const answers = group.map((): Row[] => []);
  for (const found of yield { sql: form.sql, args: [JSON.stringify(about), ...form.rest] }) answers[Number(found['asked'])]?.push(found);
  for (const [index, { running }] of group.entries()) running.turn = running.work.next(answers[index] ?? []);
}
