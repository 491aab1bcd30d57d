import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../core/event.ts';
import type { ServerName, UserId } from '../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { withSignatures, type Signatures } from '../core/signatures.ts';
import type { Subject } from '../kernel/decisions.ts';
import { whereWeAre } from '../kernel/place-of-work.ts';
import type { CallbackName, Occasion, Questions } from '../kernel/questions.ts';
import type { UserDataOfModule, AuthenticatedByModule, EventSigner, PresenceState } from '../kernel/question-values.ts';
import { PRESENCE_ALL_USERS } from './codes.ts';
import type { Asked, Consultation, Handler } from './consultation.ts';
import { Owed } from './owed.ts';
import type { Presentation } from './presentation.ts';
import { Progress } from './progress.ts';
import { replaced } from './replacement.ts';
import * as results from './results.ts';
import { copyJson, freezeJson, setKey } from './views/copies.ts';
import { ModuleEvent } from './views/module-event.ts';
import type { Way } from './way.ts';

type Read = (value: unknown) => results.Reading;

/** What people write does not belong into the log. */
function changedKeys(before: JsonObject, after: JsonObject): string {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return changed.length === 0 ? 'the same content' : `another ${changed.join(', ')}`;
}

function rewritten(before: JsonObject, after: JsonObject): results.Reading {
  if (isDeepStrictEqual(before, after)) return { answer: undefined };
  return { answer: after, remark: 'replaced', said: changedKeys(before, after) };
}

/** A callback of sign_event that signs as soon as it is asked. */
const atOnce =
  (callback: Handler['callback'], event: Event): Handler['callback'] =>
  async (...args) => {
    const answer = await callback(...args);
    return typeof answer === 'function' ? (answer as Handler['callback'])(new ModuleEvent(event)) : answer;
  };

/** What a module has said of somebody who wants to log in. */
interface Authenticated {
  readonly userId: string;
  readonly afterLogin: Handler['callback'] | undefined;
}

const declaredOf = (given: JsonObject, fields: readonly string[]): JsonObject =>
  freezeJson(copyJson(Object.fromEntries(Object.entries(given).filter(([key]) => fields.includes(key)))));

/** What a round is made of. */
export interface RoundParts {
  readonly serverName: ServerName;
  readonly consultation: Consultation;
  /** Whom to ask, in order. */
  readonly handlers: readonly Handler[];
  readonly name: CallbackName;
  readonly presentation: Presentation;
  readonly occasion: Occasion;
  /** As the server has them. */
  readonly args: readonly unknown[];
}

/** One question on its way round the modules, in order. */
export class Round {
  readonly #parts: RoundParts;
  readonly #asked: Asked;
  /** The arguments as modules get them. */
  readonly #shown: readonly unknown[];

  constructor(parts: RoundParts) {
    const { name, presentation, occasion, args } = parts;
    this.#parts = parts;
    const progress = new Progress();
    this.#shown = presentation.present(args, occasion, progress);
    const watch = parts.consultation.stopwatch();
    const subject = (): Subject => presentation.subject(args);
    this.#asked = { name, presentation, occasion, progress, place: whereWeAre(), watch, owed: undefined, subject };
  }

  /** All are asked; what they answer does not matter. */
  *all(read: Read): Way<void> {
    for (const handler of this.#parts.handlers) {
      const answer = this.#ask(handler, read);
      // This is what every message goes through: what is there already is not sent to and fro.
      if (answer instanceof Owed) yield answer;
    }
  }

  /** The first that has an answer other than `goOn` decides. */
  *first<A>(read: Read, goOn: A): Way<A> {
    for (const handler of this.#parts.handlers) {
      const answer = (yield this.#ask(handler, read)) as A | undefined;
      if (answer !== undefined && answer !== goOn) return answer;
    }
    return goOn;
  }

  /** The first that knows who it is; of auth_checkers only those are asked that take the login type, each with the fields that it declares. */
  *authentication(): Way<AuthenticatedByModule | undefined> {
    for (const handler of this.#parts.handlers) {
      const [user, second, third] = this.#shown;
      if (handler.login !== undefined && handler.login.type !== second) continue;
      const shown = handler.login === undefined ? this.#shown : [user, second, declaredOf(third as JsonObject, handler.login.fields)];
      const answer = (yield this.#ask(handler, results.readAuthentication, shown)) as Authenticated | undefined;
      if (answer === undefined) continue;
      const { userId, afterLogin } = answer;
      if (afterLogin === undefined) return { userId, afterLogin };
      const asked = { ...handler, callback: afterLogin };
      return { userId, afterLogin: (reply) => this.#parts.consultation.go(this.#changedReply(asked, reply)) };
    }
    return undefined;
  }

  /** Works on a copy as well: a module that fails changes nothing. */
  *#changedReply(handler: Handler, reply: JsonObject): Way<JsonObject> {
    const asked = this.#askedLater();
    const copy = copyJson(reply);
    // What it is does not belong into the decision trail: there are tokens in it.
    const changed = yield this.#ask(handler, () => ({ answer: results.jsonOf(copy), said: 'looked at the reply' }), [copy], asked);
    return (changed as JsonObject | undefined) ?? reply;
  }

  /** What each module says, in order; undefined when one of them failed. */
  *each(read: Read): Way<readonly unknown[] | undefined> {
    const answers: unknown[] = [];
    for (const handler of this.#parts.handlers) answers.push(yield this.#ask(handler, read));
    return answers.includes(undefined) ? undefined : answers;
  }

  /** fetch_media_file: the first that gives the whole file. Each begins anew, whatever the one before it has left. */
  *fetched(): Way<boolean | undefined> {
    const [, target] = this.#parts.args as Questions['fetch_media_file']['args'];
    let hasFailed = false;
    for (const handler of this.#parts.handlers) {
      const write = target.begin();
      const take = (piece: Uint8Array): Promise<void> => {
        this.#asked.progress.note();
        return write(piece);
      };
      const answer = yield this.#ask(handler, (value) => results.readFetched(value, target), [...this.#shown, take]);
      if (answer === true) return true;
      hasFailed ||= answer === undefined;
    }
    return hasFailed ? undefined : false;
  }

  /** What each module gives. */
  *byModule(read: Read): Way<readonly UserDataOfModule[]> {
    const all: UserDataOfModule[] = [];
    for (const handler of this.#parts.handlers) {
      const data = (yield this.#ask(handler, read)) as JsonObject | undefined;
      if (data !== undefined) all.push({ module: handler.module.name, data });
    }
    return all;
  }

  /** What all modules add, in one object. */
  *merged(read: Read): Way<JsonObject> {
    const all: Record<string, JsonValue> = {};
    for (const handler of this.#parts.handlers) {
      const fields = (yield this.#ask(handler, read)) as JsonObject | undefined;
      for (const [key, value] of Object.entries(fields ?? {})) setKey(all, key, value);
    }
    return all;
  }

  /** Each module sees what the one before it made of the event. @returns the event's last replacement, in wire form */
  *event(read: Read): Way<JsonObject | undefined> {
    const [event] = this.#parts.args as Questions['check_event_allowed']['args'];
    let current = event;
    const [, state] = this.#shown;
    for (const handler of this.#parts.handlers) {
      // A module in shadow mode answers when later ones may have replaced the event once more.
      const asked = current;
      const shown = asked === event ? this.#shown : [new ModuleEvent(asked), state];
      const answer = yield this.#ask(handler, (value) => this.#replacement(asked, read(value)), shown);
      current = (answer as Event | undefined) ?? asked;
    }
    return current === event ? undefined : current.pdu;
  }

  /** What the event is signed by once it stands where it is stored; undefined when no module signs it. */
  *signer(readSigner: Read, readSignatures: Read): Way<EventSigner | undefined> {
    const [event] = this.#parts.args as Questions['sign_event']['args'];
    const signers: Handler[] = [];
    for (const handler of this.#parts.handlers) {
      // What a module in shadow mode says has no effect, so that it need not wait for the event's turn.
      const answer = handler.module.shadow
        ? yield this.#ask({ ...handler, callback: atOnce(handler.callback, event) }, readSignatures)
        : yield this.#ask(handler, readSigner);
      if (answer !== undefined) signers.push({ ...handler, callback: answer as Handler['callback'] });
    }
    return signers.length === 0 ? undefined : (inPlace) => this.#parts.consultation.go(this.#signed(inPlace, signers, readSignatures));
  }

  *#signed(event: Event, signers: readonly Handler[], read: Read): Way<Event> {
    const asked = this.#askedLater();
    let signed = event;
    for (const signer of signers) {
      const signatures = (yield this.#ask(signer, read, [new ModuleEvent(signed)], asked)) as Signatures | undefined;
      if (signatures !== undefined) signed = { ...signed, pdu: withSignatures(signed.pdu, signatures) };
    }
    return signed;
  }

  #replacement(event: Event, reading: results.Reading): results.Reading {
    if ('refusal' in reading || reading.answer === undefined) return reading;
    const answer = replaced(event, reading.answer as JsonObject, this.#parts.serverName);
    return { ...reading, answer, said: changedKeys(event.content, answer.content) };
  }

  /** Each module works on a copy, which counts only when it did not fail: half a change is none. */
  *rewrite(): Way<void> {
    const [, content] = this.#parts.args as Questions['on_create_room']['args'];
    const [requester, , isAdmin] = this.#shown;
    for (const handler of this.#parts.handlers) {
      const before = copyJson(content);
      const copy = copyJson(content);
      const changed = yield this.#ask(handler, () => rewritten(results.jsonOf(before), results.jsonOf(copy)), [requester, copy, isAdmin]);
      if (changed === undefined) continue;
      for (const key of Object.keys(content)) delete content[key];
      for (const [key, value] of Object.entries(changed as JsonObject)) setKey(content, key, value);
    }
  }

  /** get_users_for_states: the states that each user is to see, of all modules together. */
  *routes(): Way<ReadonlyMap<UserId, ReadonlySet<PresenceState>>> {
    const [states] = this.#parts.args as Questions['get_users_for_states']['args'];
    const united = new Map<UserId, Set<PresenceState>>();
    for (const handler of this.#parts.handlers) {
      const routes = ((yield this.#ask(handler, results.readRoutes)) ?? []) as [UserId, PresenceState[]][];
      for (const [userId, shown] of routes) {
        const seen = united.get(userId) ?? new Set();
        for (const { userId: whose } of shown) states.filter((state) => state.userId === whose).forEach((state) => seen.add(state));
        united.set(userId, seen);
      }
    }
    return united;
  }

  /** get_interested_users: the users of all modules together; one that says everybody ends the question. */
  *interest(): Way<ReadonlySet<UserId> | 'ALL'> {
    const united = new Set<UserId>();
    for (const handler of this.#parts.handlers) {
      const users = ((yield this.#ask(handler, results.readInterest)) ?? []) as UserId[] | typeof PRESENCE_ALL_USERS;
      if (users === PRESENCE_ALL_USERS) return users;
      for (const userId of users) united.add(userId);
    }
    return united;
  }

  #ask(handler: Handler, read: Read, args: readonly unknown[] = this.#shown, asked = this.#asked): unknown {
    return this.#parts.consultation.ask(handler, asked, args, read);
  }

  /** The same, some time after the modules have answered: time has passed that is none of theirs. */
  #askedLater(): Asked {
    return { ...this.#asked, place: whereWeAre(), watch: this.#parts.consultation.stopwatch(), owed: undefined };
  }
}
