import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultConfig, loadConfig, type Config } from '../config/config.ts';
import type { UserId } from '../core/identifiers.ts';
import { createSigningKey } from '../core/signatures.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Decision, DecisionLog } from '../kernel/decisions.ts';
import type { Occasion, Policy } from '../kernel/questions.ts';
import { compose, type Server } from '../server/compose.ts';
import { httpServer, listen } from '../server/listen.ts';
import { createLog } from '../server/logging.ts';
import { CallbackFaults } from './callback-faults.ts';
import { CallbackTap } from './callback-tap.ts';
import { UnmetExpectations } from './errors.ts';
import { FakeClock } from './fake-clock.ts';
import { Faults } from './faults.ts';
import { FaultyDatabase } from './faulty-database.ts';
import { InjectedRequests, NOWHERE } from './injected-requests.ts';
import { LeakWatch } from './leak-watch.ts';
import { openDatabase } from './open-database.ts';
import { Outside } from './outside.ts';
import { RecordingLog } from './recording-log.ts';
import { RecordingPolicy } from './recording-policy.ts';
import { askerOf, requestJson, type Ask } from './request.ts';
import type { BootOptions, TestServer } from './test-server.ts';
import { TestUser } from './test-user.ts';

const TEST_CONFIG = {
  listeners: [{ port: 0, bind_addresses: ['127.0.0.1'] }],
  registration: { mode: 'open', open_to: 'everyone', guests: true, shared_secret: 'for tests only' },
  rate_limits: { enabled: false },
  passwords: { cost: 'test' },
};
/** Where mails are caught, the server believes that it can send some. */
const CAUGHT_MAIL = { mail: { host: 'mail.test', from: 'Plexus <noreply@localhost>' }, public_baseurl: 'https://localhost' };

const V3 = '/_matrix/client/v3';
const PASSWORD = 'secret';
/** On whose behalf `callHook` asks. */
const ASKING = '@asking:localhost' as UserId;
/** How long requests may go on when a test closes its server, ms: what a test did not read to its end is not worth waiting for. */
const GRACE = 50;

const configWith = ({ config, outside = 'open' }: BootOptions, modules: readonly unknown[]): Config =>
  defaultConfig({ ...TEST_CONFIG, ...(outside !== 'open' && CAUGHT_MAIL), ...config, modules });

function outsideOf(wanted: BootOptions['outside'] = 'open'): Outside | undefined {
  if (wanted === 'open') return undefined;
  return wanted === 'caught' ? new Outside() : new Outside(wanted);
}

/** How a server is reached, and how its requests end. */
interface Reached {
  readonly url: string;
  readonly ask: Ask;
  close(): Promise<void>;
}

async function reach(server: Server, config: Config, port: BootOptions['port']): Promise<Reached> {
  if (port === 'none') {
    const listener = { ...config.listeners[0], trusted_proxies: config.listeners[0]?.trusted_proxies ?? [] };
    const injected = new InjectedRequests(httpServer(server.handlerOf(listener)));
    return { url: NOWHERE, ask: injected.ask, close: () => injected.close(GRACE) };
  }
  const listening = await listen(config.listeners, (listener) => server.handlerOf(listener), GRACE);
  const url = listening.urls[0] ?? '';
  return { url, ask: askerOf(url), close: () => listening.close() };
}

/** Notes decisions on their way into the trail. */
const noting =
  (decisions: Decision[]) =>
  (trail: DecisionLog): DecisionLog => ({
    record(decision) {
      decisions.push(decision);
      trail.record(decision);
    },
    conclude: (concluded) => trail.conclude(concluded),
    get traces() {
      return trail.traces;
    },
  });

/**
 * Starts a whole server in this process: real HTTP, real SQLite (in memory), real modules.
 * @throws ConfigurationError when the configuration or a module is not right
 */
export async function boot(options: BootOptions = {}): Promise<TestServer> {
  const config = options.configFile === undefined ? configWith(options, options.modules ?? []) : loadConfig(options.configFile);
  const fake = options.clock === 'fake' ? new FakeClock() : undefined;
  const opened = openDatabase(options.database);
  const database = new FaultyDatabase(opened);
  const signingKey = createSigningKey('ed25519:test', Buffer.alloc(32, 1));
  const file = typeof options.database === 'string' ? options.database : undefined;
  const mediaFolder = file === undefined ? mkdtempSync(join(tmpdir(), 'plexus-media-')) : join(dirname(file), 'media');
  const records = options.record === true;
  const written = createLog(options.logLevel ?? 'silent', 'text');
  const recordingLog = records ? new RecordingLog(written) : undefined;
  const leakWatch = options.leaks === true ? new LeakWatch() : undefined;
  const clock = fake === undefined ? systemClock : (leakWatch?.watched(fake) ?? fake);
  const callbackFaults = new CallbackFaults(clock);
  const tap = new CallbackTap({ faults: callbackFaults, records });
  const outside = outsideOf(options.outside);
  const decisions: Decision[] = [];
  let recording: RecordingPolicy | undefined;
  let policy: Policy | undefined;
  const watch = (modules: Policy): Policy => {
    policy = modules;
    return records ? (recording = new RecordingPolicy(modules)) : modules;
  };
  const discard = async (): Promise<void> => {
    leakWatch?.close();
    await database.close();
    if (file === undefined) rmSync(mediaFolder, { recursive: true, force: true });
  };
  const tests = { watch, probe: tap, decisions: noting(decisions), network: outside?.network, mailer: outside?.mailer };
  const parts = { config, signingKey, database, mediaFolder, clock, log: recordingLog ?? written, production: false, tests };
  const server = await compose(parts).catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  const reached = await reach(server, config, options.port);
  const { url, ask } = reached;
  const where = options.port === 'none' ? ask : url;
  const post = (path: string, body: unknown): Promise<unknown> => requestJson(where, 'POST', V3 + path, body);
  const leaks = async (): Promise<readonly string[]> => ((await leakWatch?.leaks()) ?? []).map(({ module, what }) => `${module} left ${what} open`);
  return {
    url,
    fetch: ask,
    run: server.run,
    clock,
    asked: recording?.asked ?? [],
    calls: tap.calls,
    logged: recordingLog?.lines ?? [],
    registered: tap.registered,
    decisions,
    faults: new Faults({ callbacks: callbackFaults, database, tap, decisions, clock: fake }),
    get outside() {
      if (outside === undefined) throw new Error("Nothing is caught: boot({ outside: 'caught' })");
      return outside;
    },
    user: (name, userOptions = {}) => TestUser.register({ url: where, run: server.run, name, admin: userOptions.admin ?? false }),
    register: async (username, password = PASSWORD, more = {}) =>
      TestUser.ofSession(where, await post('/register', { username, password, auth: { type: 'm.login.dummy' }, ...more })),
    guest: async () => TestUser.ofSession(where, await post('/register?kind=guest', {})),
    login: async (login) => TestUser.ofSession(where, await post('/login', 'type' in login ? login : byPassword(login.user, login.password))),
    request: (method, path, body) => requestJson(where, method, path, body),
    async callHook(name, ...args) {
      const occasion: Occasion = { operation: 'call-hook', userId: ASKING, request: 'call-hook' };
      const question = (policy?.ask as ((...question: unknown[]) => Promise<unknown>) | undefined)?.bind(policy);
      return (await question?.(name, occasion, ...args)) as never;
    },
    async advance(ms) {
      if (fake === undefined) throw new Error("Only a fake clock can be moved: boot({ clock: 'fake' })");
      await fake.advance(ms);
    },
    databaseImage: () => opened.serialize(),
    exchangeModules: (modules) => server.exchangeModules(configWith(options, modules)),
    leaks,
    idle: () => server.idle(),
    async close() {
      server.stop();
      await reached.close();
      await server.close();
      const left = await leaks();
      await discard();
      outside?.check();
      if (left.length > 0) throw new UnmetExpectations(left);
    },
  };
}

const byPassword = (user: string, password: string): object => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user },
  password,
});
