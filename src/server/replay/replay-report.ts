import { printable, timeOf, type Colours } from '../cli/terminal.ts';
import type { JudgedEvent } from './history-walk.ts';
import type { ReplayedModule } from './replayed-module.ts';

/** How two modules compare. */
interface Comparison {
  same: number;
  onlyFirst: number;
  onlySecond: number;
  different: number;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Puts what modules would have done into lines for people, and counts it. */
export class ReplayReport {
  readonly #labels: readonly string[];
  readonly #colours: Colours;
  readonly #counts: { refused: number; replaced: number; failed: number }[];
  readonly #comparison: Comparison = { same: 0, onlyFirst: 0, onlySecond: 0, different: 0 };

  /** @param labels what the modules are called: one, or two that are compared */
  constructor(labels: readonly string[], colours: Colours) {
    this.#labels = labels;
    this.#colours = colours;
    this.#counts = labels.map(() => ({ refused: 0, replaced: 0, failed: 0 }));
  }

  /** @returns the lines about an event; none when there is nothing to tell, or both modules say the same */
  linesAbout({ event, verdicts }: JudgedEvent): readonly string[] {
    for (const [index, { decisions }] of verdicts.entries()) this.#count(index, new Set(decisions.map(({ outcome }) => outcome)));
    const [first, second] = verdicts;
    const said = verdicts.some(({ decisions }) => decisions.length > 0);
    if (second !== undefined && first !== undefined && said) this.#compare(first, second);
    if (!said || (second !== undefined && first?.essence === second.essence)) return [];
    const head = printable(`${timeOf(event.originServerTs)} ${event.type} ${event.eventId} of ${event.sender} in ${event.roomId}`);
    return [head, ...verdicts.flatMap(({ decisions }, index) => this.#verdictLines(index, decisions, second !== undefined))];
  }

  /** What came of it as a whole. @param facts.events without those that were redacted */
  summary(facts: { readonly events: number; readonly redacted: number; readonly since: number }, modules: readonly ReplayedModule[]): string[] {
    const { events, redacted, since } = facts;
    const left = redacted === 0 ? '' : `, without ${redacted} that were redacted`;
    return [
      `${events} events since ${timeOf(since)} UTC${left}`,
      ...modules.flatMap((module, index) => this.#moduleLines(module, index)),
      ...(modules.length < 2 ? [] : [this.#comparisonLine()]),
    ];
  }

  #verdictLines(index: number, decisions: JudgedEvent['verdicts'][number]['decisions'], named: boolean): string[] {
    const who = named ? `${this.#labels[index]}: ` : '';
    if (decisions.length === 0) return [`  ${who}${this.#colours.good('allowed')}`];
    return decisions.map(({ callback, outcome, said }) => `  ${who}${this.#colours.bad(`${outcome} by ${callback}`)}: ${printable(said)}`);
  }

  #count(index: number, outcomes: ReadonlySet<string>): void {
    const counts = this.#counts[index];
    if (counts === undefined) return;
    if (outcomes.has('refused')) counts.refused += 1;
    if (outcomes.has('replaced')) counts.replaced += 1;
    if (outcomes.has('failed') || outcomes.has('parked')) counts.failed += 1;
  }

  #compare(first: JudgedEvent['verdicts'][number], second: JudgedEvent['verdicts'][number]): void {
    if (first.essence === second.essence) this.#comparison.same += 1;
    else if (second.decisions.length === 0) this.#comparison.onlyFirst += 1;
    else if (first.decisions.length === 0) this.#comparison.onlySecond += 1;
    else this.#comparison.different += 1;
  }

  #moduleLines(module: ReplayedModule, index: number): string[] {
    const { refused, replaced, failed } = this.#counts[index] ?? { refused: 0, replaced: 0, failed: 0 };
    const callbacks = module.figures().map(({ callback, calls, outcomes, totalMs }) => {
      const parts = Object.entries(outcomes).filter(([outcome, count]) => count > 0 && outcome !== 'allowed');
      const each = calls === 0 ? '' : `, ${(totalMs / calls).toFixed(2)} ms each`;
      return `  ${callback}: asked ${times(calls)}${parts.map(([outcome, count]) => `, ${count} ${outcome}`).join('')}${each}`;
    });
    const tried = [...module.tried].map(([what, count]) => `${what} (${times(count)})`);
    return [
      this.#colours.strong(`${this.#labels[index]}: ${refused} events refused, ${replaced} replaced, ${failed} on which it failed`),
      ...callbacks,
      ...(tried.length === 0 ? [] : [`  It tried what is not done in a replay: ${tried.join(', ')}`]),
    ];
  }

  #comparisonLine(): string {
    const { same, onlyFirst, onlySecond, different } = this.#comparison;
    const [first, second] = this.#labels;
    return `Compared: ${same} events on which both do the same, ${onlyFirst} only ${first}, ${onlySecond} only ${second}, ${different} differently`;
  }
}
