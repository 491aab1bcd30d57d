import type { Clock } from '../kernel/clock.ts';
import type { Subject } from '../kernel/decisions.ts';
import { whereWeAre, type Place } from '../kernel/place-of-work.ts';
import type { CallbackName, Occasion } from '../kernel/questions.ts';
import type { Owed } from './owed.ts';
import type { Panel } from './panel.ts';
import type { Presentation } from './presentation.ts';
import { Progress } from './progress.ts';

/** What is asked, on which occasion. */
export interface Question {
  readonly name: CallbackName;
  readonly presentation: Presentation;
  readonly occasion: Occasion;
  /** As the server has them. */
  readonly args: readonly unknown[];
}

/** One question while it goes round the modules. */
export class Asked {
  readonly question: Question;
  readonly panel: Panel;
  readonly progress: Progress;
  /** Where whoever asks stands. */
  readonly place: Place;
  /** What was owed last. */
  owed: Owed | undefined;
  readonly #clock: Clock;
  #since: number;

  constructor(question: Question, panel: Panel, clock: Clock, place: Place = whereWeAre(), progress: Progress = new Progress()) {
    this.question = question;
    this.panel = panel;
    this.progress = progress;
    this.place = place;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** What it is about, for the decision trail. */
  get subject(): Subject {
    return this.question.presentation.subject(this.question.args);
  }

  /** When the present module was asked: ms of the monotonic clock. */
  get since(): number {
    return this.#since;
  }

  /** A module has answered, and it is the next one's turn. @returns how long it took, in ms */
  lap(): number {
    const since = this.#since;
    this.#since = this.#clock.monotonic();
    return this.#since - since;
  }

  /** The same question, with a time of its own. */
  apart(): Asked {
    return new Asked(this.question, this.panel, this.#clock, this.place, this.progress);
  }

  /** The same, some time after the modules have answered: time has passed that is none of theirs, and whoever asks may stand elsewhere. */
  later(): Asked {
    return new Asked(this.question, this.panel, this.#clock, whereWeAre(), this.progress);
  }
}
