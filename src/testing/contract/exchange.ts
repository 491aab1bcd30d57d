import type { CallbackName } from '../../kernel/questions.ts';
import type { TestServer } from '../test-server.ts';
import { journey } from './journey.ts';
import { ask, callbacksOf, questionsOf } from './rehearsal.ts';
import type { Subject } from './subject.ts';

/** ms: longer than it takes to start a module, which is waited for. Each exchange has another: that makes another module of the same code. */
export const PATIENT_DEADLINE = 10_000;
/** How often it is exchanged while people go about their day. */
const EXCHANGES = 10;

/** Exchanges a module for itself while each of its callbacks thinks, while a client waits for news, and while people go about their day. */
export async function exchangeAgainAndAgain(subject: Subject, server: TestServer): Promise<void> {
  let deadline = PATIENT_DEADLINE;
  const exchange = async (): Promise<void> => void (await server.exchangeModules([subject.entry(undefined, { timeout: (deadline += 1) })]));
  for (const name of callbacksOf(server)) await exchangeWhileAsked(server, name, exchange);
  await Promise.all([
    waitForNews(subject, server),
    journey(subject, server, ['one', 'other']),
    (async () => {
      for (let times = 0; times < EXCHANGES; times++) {
        await exchange();
        // Requests have their turn.
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  ]);
}

/** Exchanges it while it is asked the first thing that it can be asked. */
async function exchangeWhileAsked(server: TestServer, name: CallbackName, exchange: () => Promise<void>): Promise<void> {
  const [args] = questionsOf(server, name);
  if (args === undefined) return;
  const held = server.faults.hold(name);
  const answered = ask(server, name, args);
  // A module that has failed too often is not asked.
  if (!(await Promise.race([held.asked.then(() => true), answered.then(() => false)]))) return;
  const registered = server.registered.callbacks.length;
  const exchanging = { isOver: false };
  const successor = async (): Promise<void> => {
    while (server.registered.callbacks.length === registered && !exchanging.isOver) await new Promise((resolve) => setImmediate(resolve));
    held.release();
  };
  await Promise.all([answered, exchange().finally(() => (exchanging.isOver = true)), successor()]);
}

/** A poll that outlives exchanges: the client's own doing ends it. */
async function waitForNews(subject: Subject, server: TestServer): Promise<void> {
  const user = await subject.tolerant(server, server.user('waiting'));
  const reply = await (user && subject.tolerant(server, user.sync()));
  if (user === undefined || reply === undefined) return;
  const polled = subject.tolerant(server, user.sync({ since: reply.next_batch, timeout: '30000' }));
  await subject.tolerant(server, user.setAccountData('org.example.news', {}));
  await polled;
}
