import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultConfig, loadConfig, type Config } from '../config/config.ts';
import { createSigningKey } from '../core/signatures.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Run } from '../kernel/operation.ts';
import type { Policy } from '../kernel/questions.ts';
import type { Exchange } from '../modules/index.ts';
import { compose } from '../server/compose.ts';
import { listen } from '../server/listen.ts';
import { createLog } from '../server/logging.ts';
import { migrationsFolder } from '../server/migrations-folder.ts';
import { SqliteDatabase } from '../store/drivers/sqlite.ts';
import { readMigrations } from '../store/migrations.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingPolicy, type AskedQuestion } from './recording-policy.ts';
import { requestJson } from './request.ts';
import { TestUser } from './test-user.ts';

export interface BootOptions {
  /** As `modules` in the configuration; a class or a definition may stand in the place of a name. */
  readonly modules?: readonly unknown[];
  /** Keys of the configuration file that differ from the kit's: no rate limits, cheap passwords, open registration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A configuration file to start from, in the place of `modules` and `config`; changes of the modules are written into it. */
  readonly configFile?: string;
  /** `fake`: time moves only by `advance`. */
  readonly clock?: 'system' | 'fake';
  /** A database file, for a server that is to be started again with the same data, or a database that is open; in memory otherwise. */
  readonly database?: string | SqliteDatabase;
  /** What the server's log writes; silent by default. */
  readonly logLevel?: string;
  /** Writes down in `asked` every question that the server has for its modules, also where no module answers it. */
  readonly record?: boolean;
}

export interface TestServer {
  /** Where it listens, e.g. http://127.0.0.1:43210. */
  readonly url: string;
  readonly run: Run;
  readonly clock: Clock;
  /** What the modules were asked and told, oldest first: with `boot({ record: true })` only. */
  readonly asked: readonly AskedQuestion[];
  /** Makes an account and logs it in. A name can be used once; `admin` makes a server administrator. */
  user(name: string, options?: { readonly admin?: boolean }): Promise<TestUser>;
  /** A request without an account. @returns the reply's JSON. @throws RequestFailed */
  request(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Moves a fake clock on by `ms`, firing the timers that fall due. */
  advance(ms: number): Promise<void>;
  /**
   * Lets these modules take the place of those that run, as SIGHUP does.
   * @throws ConfigurationError; then nothing has changed
   */
  exchangeModules(modules: readonly unknown[]): Promise<Exchange>;
  /** Resolves when every queue is drained. */
  idle(): Promise<void>;
  /** Ends the server; nothing stays open. */
  close(): Promise<void>;
}

const TEST_CONFIG = {
  listeners: [{ port: 0, bind_addresses: ['127.0.0.1'] }],
  registration: { mode: 'open', open_to: 'everyone', guests: true, shared_secret: 'for tests only' },
  rate_limits: { enabled: false },
  passwords: { cost: 'test' },
};

/** How long requests may go on when a test closes its server, ms: what a test did not read to its end is not worth waiting for. */
const GRACE = 50;

/** Migrating once and opening the image is many times faster than migrating each time. */
let emptyDatabase: Buffer | undefined;

function openDatabase(source: string | SqliteDatabase | undefined): SqliteDatabase {
  const migrations = readMigrations(migrationsFolder, 'sqlite');
  if (source !== undefined) {
    const database = typeof source === 'string' ? new SqliteDatabase(source) : source;
    database.migrate(migrations);
    return database;
  }
  if (emptyDatabase === undefined) {
    const first = new SqliteDatabase(':memory:');
    first.migrate(migrations);
    emptyDatabase = first.serialize();
  }
  return new SqliteDatabase(emptyDatabase);
}

const configWith = (options: BootOptions, modules: readonly unknown[]): Config => defaultConfig({ ...TEST_CONFIG, ...options.config, modules });

/**
 * Starts a whole server in this process: real HTTP, real SQLite (in memory), real modules.
 * @throws ConfigurationError when the configuration or a module is not right
 */
export async function boot(options: BootOptions = {}): Promise<TestServer> {
  const config = options.configFile === undefined ? configWith(options, options.modules ?? []) : loadConfig(options.configFile);
  const fake = options.clock === 'fake' ? new FakeClock() : undefined;
  const clock = fake ?? systemClock;
  const log = createLog(options.logLevel ?? 'silent', 'text');
  const database = openDatabase(options.database);
  const signingKey = createSigningKey('ed25519:test', Buffer.alloc(32, 1));
  const file = typeof options.database === 'string' ? options.database : undefined;
  const mediaFolder = file === undefined ? mkdtempSync(join(tmpdir(), 'plexus-media-')) : join(dirname(file), 'media');
  let recording: RecordingPolicy | undefined;
  const watch = options.record === true ? (modules: Policy): Policy => (recording = new RecordingPolicy(modules)) : undefined;
  const discard = async (): Promise<void> => {
    await database.close();
    if (file === undefined) rmSync(mediaFolder, { recursive: true, force: true });
  };
  const parts = { config, signingKey, database, mediaFolder, clock, log, production: false, watch };
  const server = await compose(parts).catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  const listening = await listen(config.listeners, (listener) => server.handlerOf(listener), GRACE);
  const url = listening.urls[0] ?? '';
  return {
    url,
    run: server.run,
    clock,
    asked: recording?.asked ?? [],
    user: (name, userOptions = {}) => TestUser.register({ url, run: server.run, name, admin: userOptions.admin ?? false }),
    request: (method, path, body) => requestJson(url, method, path, body),
    async advance(ms) {
      if (fake === undefined) throw new Error("Only a fake clock can be moved: boot({ clock: 'fake' })");
      await fake.advance(ms);
    },
    exchangeModules: (modules) => server.exchangeModules(configWith(options, modules)),
    idle: () => server.idle(),
    async close() {
      server.stop();
      await listening.close();
      await server.close();
      await discard();
    },
  };
}
