import type { CallbackName } from '../../kernel/questions.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { HookAnswer, HookArgs, TestServer } from '../test-server.ts';
import { QUESTIONS } from './questions.ts';
import type { Subject } from './subject.ts';

/** Something that went wrong when a module was asked. */
export interface Mishap {
  /** A callback, a path, or what ran in the background. */
  readonly at: string;
  /** What it was asked, shortened. */
  readonly asked: string;
  /** What went wrong, in words. */
  readonly said: string;
  /** What was thrown, where something was. */
  readonly error: unknown;
}

/** How much of a question is shown, and what of an event is not. */
const SHOWN = 200;
const OF_NO_INTEREST: ReadonlySet<string> = new Set(['event_id', 'auth_events', 'prev_events', 'depth', 'hashes', 'signatures', 'origin_server_ts']);
const WEB_REQUESTS = [
  { method: 'GET', query: '' },
  { method: 'GET', query: '?token=%00&x=y&x=z' },
  { method: 'POST', query: '', body: '{}' },
  { method: 'POST', query: '', body: '[null]' },
  { method: 'POST', query: '', body: '{' },
] as const;

/** The callbacks that the module has, each once. */
export const callbacksOf = (server: TestServer): ReadonlySet<CallbackName> => new Set(server.registered.callbacks.map(({ name }) => name));

/** All that a callback can be asked: those of logins for the types that the module takes. */
export function questionsOf<Name extends CallbackName>(server: TestServer, name: Name): readonly HookArgs<Name>[] {
  const logins = server.registered.callbacks.flatMap(({ login }) => (login === undefined ? [] : [login]));
  return QUESTIONS[name](logins);
}

/** Asks every callback all that it can be asked, and every web resource some requests. @returns what went wrong, of each the first */
export async function rehearse(server: TestServer, subject: Subject): Promise<readonly Mishap[]> {
  const mishaps: Mishap[] = [];
  for (const name of callbacksOf(server)) mishaps.push(...(await firstMishapOf(server, name)));
  for (const { path } of server.registered.resources) mishaps.push(...(await firstFailureAt(server, path)));
  await server.idle();
  return [...mishaps, ...inBackground(server)].filter(({ at }) => !subject.mayFail(at));
}

/** What has gone wrong on a server, whoever asked. */
export const mishapsSoFar = (server: TestServer, subject: Subject): readonly Mishap[] => [
  ...server.decisions
    .filter(({ callback, outcome }) => outcome === 'failed' && !subject.mayFail(callback))
    .map(({ callback, occasion, said }) => ({ at: callback, asked: occasion.operation, said, error: undefined })),
  ...inBackground(server),
];

/** Asks a callback one thing. @returns what went wrong */
export const ask = async <Name extends CallbackName>(server: TestServer, name: Name, args: HookArgs<Name>): Promise<readonly Mishap[]> =>
  (await answerTo(server, name, args)).mishaps;

/** The same, with what it answered; undefined where it refused or failed. */
export async function answerTo<Name extends CallbackName>(
  server: TestServer,
  name: Name,
  args: HookArgs<Name>,
): Promise<{ readonly answer: HookAnswer<Name> | undefined; readonly mishaps: readonly Mishap[] }> {
  const [decided, called] = [server.decisions.length, server.calls.length];
  let answer: HookAnswer<Name> | undefined;
  try {
    answer = await server.callHook(name, ...args);
    await goOn(answer, args);
  } catch (error) {
    // A refusal is an answer, and a failure stands in the trail.
    if (!(error instanceof MatrixError)) throw error;
  }
  const failure = server.decisions.slice(decided).find(({ callback, outcome }) => callback === name && outcome === 'failed');
  if (failure === undefined) return { answer, mishaps: [] };
  const call = server.calls.slice(called).find(({ callback }) => callback === name);
  return { answer, mishaps: [{ at: name, asked: shown(call?.args ?? []), said: failure.said, error: call?.error }] };
}

async function firstMishapOf(server: TestServer, name: CallbackName): Promise<readonly Mishap[]> {
  for (const args of questionsOf(server, name)) {
    const mishaps = await ask(server, name, args);
    if (mishaps.length > 0) return mishaps;
  }
  return [];
}

async function firstFailureAt(server: TestServer, path: string): Promise<readonly Mishap[]> {
  for (const { method, query, ...more } of WEB_REQUESTS) {
    const response = await server.fetch(path + query, { method, ...more, headers: { 'content-type': 'application/json' } });
    if (response.status >= 500)
      return [{ at: path, asked: `${method} ${query}`, said: `${response.status} ${await response.text()}`, error: undefined }];
    await response.arrayBuffer();
  }
  return [];
}

const inBackground = (server: TestServer): readonly Mishap[] =>
  server.logged.flatMap(({ level, fields, text }) => {
    const { task, error } = fields;
    return level === 'error' && task !== undefined ? [{ at: 'background', asked: text, said: String(error), error }] : [];
  });

/** Some answers are functions with which the server goes on. */
async function goOn(answer: unknown, [event]: readonly unknown[]): Promise<void> {
  if (typeof answer === 'function') await (answer as (signed: unknown) => Promise<unknown>)(event);
  if (isLogin(answer)) await answer.afterLogin?.({ user_id: '@alice:localhost', access_token: 'token', device_id: 'DEVICE' });
}

interface Login {
  readonly afterLogin: ((reply: object) => Promise<unknown>) | undefined;
}

const isLogin = (answer: unknown): answer is Login => typeof answer === 'object' && answer !== null && 'afterLogin' in answer;

/** What a module was given, in few characters. */
export function shown(args: readonly unknown[]): string {
  const text = JSON.stringify(args, (key, value: unknown) => (OF_NO_INTEREST.has(key) ? undefined : value)).slice(1, -1);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
