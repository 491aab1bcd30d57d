import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../core/event.ts';
import type { ServerName, UserId } from '../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { withSignatures, type Signatures } from '../core/signatures.ts';
import type { Questions } from '../kernel/questions.ts';
import type { UserDataOfModule, AuthenticatedByModule, EventSigner, PresenceState } from '../kernel/question-values.ts';
import { PRESENCE_ALL_USERS } from './codes.ts';
import type { Asked, Question } from './asked.ts';
import type { Consultation } from './consultation.ts';
import type { Callback } from './handler.ts';
import { Owed } from './owed.ts';
import type { Panel } from './panel.ts';
import { replaced } from './replacement.ts';
import * as results from './results.ts';
import type { Read } from './results.ts';
import { copyJson, freezeJson, setKey } from './views/copies.ts';
import { ModuleEvent } from './views/module-event.ts';
import type { Steps, Way } from './way.ts';

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
  (callback: Callback, event: Event): Callback =>
  async (...args) => {
    const answer = await callback(...args);
    return typeof answer === 'function' ? (answer as Callback)(new ModuleEvent(event)) : answer;
  };

/** What a module has said of somebody who wants to log in. */
interface Authenticated {
  readonly userId: string;
  readonly afterLogin: Callback | undefined;
}

/** Who signs an event, by its place among the modules. */
interface Signer {
  readonly at: number;
  readonly sign: Callback;
}

const declaredOf = (given: JsonObject, fields: readonly string[]): JsonObject =>
  freezeJson(copyJson(Object.fromEntries(Object.entries(given).filter(([key]) => fields.includes(key)))));

/** One question on its way round the modules, in order. */
export class Round {
  readonly #consultation: Consultation;
  readonly #asked: Asked;
  /** The arguments as modules get them. */
  readonly #shown: readonly unknown[];
  readonly #serverName: ServerName;

  constructor(consultation: Consultation, panel: Panel, question: Question, serverName: ServerName) {
    this.#consultation = consultation;
    this.#asked = consultation.begin(question, panel);
    this.#shown = question.presentation.present(question.args, question.occasion, this.#asked.progress);
    this.#serverName = serverName;
  }

  /** All are asked; what they answer does not matter. */
  all(read: Read): Steps<void> {
    // Every message goes this way, and a generator takes as long as a few modules.
    let at = 0;
    const next = (): IteratorResult<unknown, void> => {
      while (at < this.#panel.size) {
        const answer = this.#ask(at++, read);
        if (answer instanceof Owed) return { done: false, value: answer };
      }
      return { done: true, value: undefined };
    };
    return { next };
  }

  /** The first that has an answer other than `goOn` decides. */
  *first<A>(read: Read, goOn: A): Way<A> {
    for (const at of this.#panel.places) {
      const answer = (yield this.#ask(at, read)) as A | undefined;
      if (answer !== undefined && answer !== goOn) return answer;
    }
    return goOn;
  }

  /** The first that knows who it is; of auth_checkers only those are asked that take the login type, each with the fields that it declares. */
  *authentication(): Way<AuthenticatedByModule | undefined> {
    for (const at of this.#panel.places) {
      const [user, second, third] = this.#shown;
      const login = this.#panel.handlers[at]?.login;
      if (login !== undefined && login.type !== second) continue;
      const shown = login === undefined ? this.#shown : [user, second, declaredOf(third as JsonObject, login.fields)];
      const answer = (yield this.#ask(at, results.readAuthentication, shown)) as Authenticated | undefined;
      if (answer === undefined) continue;
      const { userId, afterLogin } = answer;
      if (afterLogin === undefined) return { userId, afterLogin };
      return { userId, afterLogin: (reply) => this.#consultation.go(this.#changedReply(at, afterLogin, reply)) };
    }
    return undefined;
  }

  /** Works on a copy as well: a module that fails changes nothing. */
  *#changedReply(at: number, afterLogin: Callback, reply: JsonObject): Way<JsonObject> {
    const asked = this.#asked.later();
    const copy = copyJson(reply);
    // What it is does not belong into the decision trail: there are tokens in it.
    const read = (): results.Reading => ({ answer: results.jsonOf(copy), said: 'looked at the reply' });
    const changed = yield this.#ask(at, read, [copy], asked, afterLogin);
    return (changed as JsonObject | undefined) ?? reply;
  }

  /** What each module says, in order; undefined when one of them failed. */
  *each(read: Read): Way<readonly unknown[] | undefined> {
    const answers: unknown[] = [];
    for (const at of this.#panel.places) answers.push(yield this.#ask(at, read));
    return answers.includes(undefined) ? undefined : answers;
  }

  /** fetch_media_file: the first that gives the whole file. Each begins anew, whatever the one before it has left. */
  *fetched(): Way<boolean | undefined> {
    const [, target] = this.#asked.question.args as Questions['fetch_media_file']['args'];
    let hasFailed = false;
    for (const at of this.#panel.places) {
      const write = target.begin();
      const take = (piece: Uint8Array): Promise<void> => {
        this.#asked.progress.note();
        return write(piece);
      };
      const answer = yield this.#ask(at, (value) => results.readFetched(value, target), [...this.#shown, take]);
      if (answer === true) return true;
      hasFailed ||= answer === undefined;
    }
    return hasFailed ? undefined : false;
  }

  /** What each module gives. */
  *byModule(read: Read): Way<readonly UserDataOfModule[]> {
    const all: UserDataOfModule[] = [];
    for (const at of this.#panel.places) {
      const data = (yield this.#ask(at, read)) as JsonObject | undefined;
      if (data !== undefined) all.push({ module: this.#panel.moduleOf(at).name, data });
    }
    return all;
  }

  /** What all modules add, in one object. */
  *merged(read: Read): Way<JsonObject> {
    const all: Record<string, JsonValue> = {};
    for (const at of this.#panel.places) {
      const fields = (yield this.#ask(at, read)) as JsonObject | undefined;
      for (const [key, value] of Object.entries(fields ?? {})) setKey(all, key, value);
    }
    return all;
  }

  /** Each module sees what the one before it made of the event. @returns the event's last replacement, in wire form */
  *event(read: Read): Way<JsonObject | undefined> {
    const [event] = this.#asked.question.args as Questions['check_event_allowed']['args'];
    let current = event;
    const [, state] = this.#shown;
    for (const at of this.#panel.places) {
      // A module in shadow mode answers when later ones may have replaced the event once more.
      const asked = current;
      const shown = asked === event ? this.#shown : [new ModuleEvent(asked), state];
      const answer = yield this.#ask(at, (value) => this.#replacement(asked, read(value)), shown);
      current = (answer as Event | undefined) ?? asked;
    }
    return current === event ? undefined : current.pdu;
  }

  /** What the event is signed by once it stands where it is stored; undefined when no module signs it. */
  *signer(readSigner: Read, readSignatures: Read): Way<EventSigner | undefined> {
    const [event] = this.#asked.question.args as Questions['sign_event']['args'];
    const signers: Signer[] = [];
    for (const at of this.#panel.places) {
      // What a module in shadow mode says has no effect, so that it need not wait for the event's turn.
      const answer = this.#panel.isShadow(at)
        ? yield this.#ask(at, readSignatures, this.#shown, this.#asked, atOnce(this.#panel.callbackOf(at), event))
        : yield this.#ask(at, readSigner);
      if (answer !== undefined) signers.push({ at, sign: answer as Callback });
    }
    return signers.length === 0 ? undefined : (inPlace) => this.#consultation.go(this.#signed(inPlace, signers, readSignatures));
  }

  *#signed(event: Event, signers: readonly Signer[], read: Read): Way<Event> {
    const asked = this.#asked.later();
    let signed = event;
    for (const { at, sign } of signers) {
      const signatures = (yield this.#ask(at, read, [new ModuleEvent(signed)], asked, sign)) as Signatures | undefined;
      if (signatures !== undefined) signed = { ...signed, pdu: withSignatures(signed.pdu, signatures) };
    }
    return signed;
  }

  #replacement(event: Event, reading: results.Reading): results.Reading {
    if ('refusal' in reading || reading.answer === undefined) return reading;
    const answer = replaced(event, reading.answer as JsonObject, this.#serverName);
    return { ...reading, answer, said: changedKeys(event.content, answer.content) };
  }

  /** Each module works on a copy, which counts only when it did not fail: half a change is none. */
  *rewrite(): Way<void> {
    const [, content] = this.#asked.question.args as Questions['on_create_room']['args'];
    const [requester, , isAdmin] = this.#shown;
    for (const at of this.#panel.places) {
      const before = copyJson(content);
      const copy = copyJson(content);
      const changed = yield this.#ask(at, () => rewritten(results.jsonOf(before), results.jsonOf(copy)), [requester, copy, isAdmin]);
      if (changed === undefined) continue;
      for (const key of Object.keys(content)) delete content[key];
      for (const [key, value] of Object.entries(changed as JsonObject)) setKey(content, key, value);
    }
  }

  /** get_users_for_states: the states that each user is to see, of all modules together. */
  *routes(): Way<ReadonlyMap<UserId, ReadonlySet<PresenceState>>> {
    const [states] = this.#asked.question.args as Questions['get_users_for_states']['args'];
    const united = new Map<UserId, Set<PresenceState>>();
    for (const at of this.#panel.places) {
      const routes = ((yield this.#ask(at, results.readRoutes)) ?? []) as [UserId, PresenceState[]][];
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
    for (const at of this.#panel.places) {
      const users = ((yield this.#ask(at, results.readInterest)) ?? []) as UserId[] | typeof PRESENCE_ALL_USERS;
      if (users === PRESENCE_ALL_USERS) return users;
      for (const userId of users) united.add(userId);
    }
    return united;
  }

  /** Whom to ask. */
  get #panel(): Panel {
    return this.#asked.panel;
  }

  #ask(at: number, read: Read, args = this.#shown, asked = this.#asked, callback = this.#panel.callbackOf(at)): unknown {
    return this.#consultation.ask(asked, at, callback, args, read);
  }
}
