import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../core/event.ts';
import type { ServerName, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import type { CallbackName, Occasion, Questions } from '../kernel/questions.ts';
import type { PresenceState } from '../kernel/question-values.ts';
import { CALLBACKS, type CallbackRow } from './callbacks.ts';
import { PRESENCE_ALL_USERS } from './codes.ts';
import type { Asked, Consultation, Handler } from './consultation.ts';
import { presentationOf } from './presentation.ts';
import { replaced } from './replacement.ts';
import * as results from './results.ts';
import { copyJson, setKey } from './views/copies.ts';
import { ModuleEvent } from './views/module-event.ts';

type Read = (value: unknown) => results.Reading;

/** What people write does not belong into the log. */
function changedKeys(before: JsonObject, after: JsonObject): string {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return changed.length === 0 ? 'the same content' : `another ${changed.join(', ')}`;
}

/** One question on its way round the modules, in order. */
export class Round {
  readonly #consultation: Consultation;
  readonly #handlers: readonly Handler[];
  readonly #asked: Asked;
  /** The arguments as modules get them. */
  readonly #args: readonly unknown[];

  constructor(consultation: Consultation, handlers: readonly Handler[], name: CallbackName, occasion: Occasion, args: readonly unknown[]) {
    const presentation = presentationOf(name);
    this.#consultation = consultation;
    this.#handlers = handlers;
    this.#asked = { name, row: CALLBACKS[name], occasion, subject: () => presentation.subject(args) };
    this.#args = presentation.args(args, occasion);
  }

  get row(): CallbackRow {
    return this.#asked.row;
  }

  /** All are asked; what they answer does not matter. */
  async all(read: Read): Promise<void> {
    for (const handler of this.#handlers) await this.#ask(handler, read);
  }

  /** The first that has an answer decides. @param goOn the answer that leaves the question to the next module, and holds in the end */
  async first<A>(read: Read, goOn: A): Promise<A> {
    for (const handler of this.#handlers) {
      const answer = (await this.#ask(handler, read)) as A | undefined;
      if (answer !== undefined && answer !== goOn) return answer;
    }
    return goOn;
  }

  /** is_user_expired: `false` is an answer too, and ends the question. */
  async expiry(): Promise<boolean> {
    return (await this.first<boolean | undefined>(results.readExpiry, undefined)) ?? false;
  }

  /** Each module sees what the one before it made of the event. @returns the event's last replacement, in wire form */
  async event([event]: Questions['check_event_allowed']['args'], serverName: ServerName): Promise<JsonObject | undefined> {
    let current = event;
    const [, state] = this.#args;
    for (const handler of this.#handlers) {
      const shown = current === event ? this.#args : [new ModuleEvent(current), state];
      const answer = await this.#ask(handler, (value) => this.#replacement(current, value, serverName), shown);
      current = (answer as Event | undefined) ?? current;
    }
    return current === event ? undefined : current.pdu;
  }

  #replacement(event: Event, value: unknown, serverName: ServerName): results.Reading {
    const reading = results.readEventAllowed(this.row, value);
    if ('refusal' in reading || reading.answer === undefined) return reading;
    const answer = replaced(event, reading.answer as JsonObject, serverName);
    return { ...reading, answer, said: changedKeys(event.content, answer.content) };
  }

  /** Each module works on a copy, which counts only when it did not fail: half a change is none. */
  async rewrite([, content]: Questions['on_create_room']['args']): Promise<void> {
    const [requester, , isAdmin] = this.#args;
    for (const handler of this.#handlers) {
      const copy = copyJson(content);
      const changed = await this.#ask(handler, () => ({ answer: results.jsonOf(copy) }), [requester, copy, isAdmin]);
      if (changed === undefined) continue;
      for (const key of Object.keys(content)) delete content[key];
      for (const [key, value] of Object.entries(changed as JsonObject)) setKey(content, key, value);
    }
  }

  /** get_users_for_states: the states that each user is to see, of all modules together. */
  async routes(states: readonly PresenceState[]): Promise<ReadonlyMap<UserId, ReadonlySet<PresenceState>>> {
    const united = new Map<UserId, Set<PresenceState>>();
    for (const handler of this.#handlers) {
      const routes = ((await this.#ask(handler, results.readRoutes)) ?? []) as [UserId, PresenceState[]][];
      for (const [userId, shown] of routes) {
        const seen = united.get(userId) ?? new Set();
        for (const { userId: whose } of shown) states.filter((state) => state.userId === whose).forEach((state) => seen.add(state));
        united.set(userId, seen);
      }
    }
    return united;
  }

  /** get_interested_users: the users of all modules together; one that says everybody ends the question. */
  async interest(): Promise<ReadonlySet<UserId> | 'ALL'> {
    const united = new Set<UserId>();
    for (const handler of this.#handlers) {
      const users = ((await this.#ask(handler, results.readInterest)) ?? []) as UserId[] | typeof PRESENCE_ALL_USERS;
      if (users === PRESENCE_ALL_USERS) return users;
      for (const userId of users) united.add(userId);
    }
    return united;
  }

  #ask(handler: Handler, read: Read, args: readonly unknown[] = this.#args): Promise<unknown> {
    return this.#consultation.ask(handler, this.#asked, args, read);
  }
}
