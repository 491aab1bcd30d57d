import type { Clock } from '../kernel/clock.ts';
import type { Decision } from '../kernel/decisions.ts';
import type { Run } from '../kernel/operation.ts';
import type { CallbackName, QuestionName, Questions } from '../kernel/questions.ts';
import type { ArgsOf } from '../modules/callbacks/callback.ts';
import type { Exchange, ProbedCallback, ProbedResource } from '../modules/index.ts';
import type { SqliteDatabase } from '../store/drivers/sqlite.ts';
import type { SeenCall } from './callback-tap.ts';
import type { Faults } from './faults.ts';
import type { OutboundReplier, Outside } from './outside.ts';
import type { LoggedLine } from './recording-log.ts';
import type { AskedQuestion } from './recording-policy.ts';
import type { Ask } from './request.ts';
import type { Json, TestUser } from './test-user.ts';

export interface BootOptions {
  /** As `modules` in the configuration; a class or a definition may stand in the place of a name. */
  readonly modules?: readonly unknown[];
  /** Keys of the configuration file that differ from the kit's: no rate limits, cheap passwords, open registration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A configuration file to start from, in the place of `modules` and `config`; changes of the modules are written into it. */
  readonly configFile?: string;
  /** `none`: the server does not listen; requests reach it through memory, with all of HTTP. Else a free port. */
  readonly port?: 'free' | 'none';
  /** `fake`: time moves only by `advance`. */
  readonly clock?: 'system' | 'fake';
  /**
   * For a server that is to be started again with the same data: a file, or what `databaseImage` of the server before gave. Or a database that is
   * open. Unless given, an empty one in memory.
   */
  readonly database?: string | Buffer | SqliteDatabase;
  /** What the server's log writes; silent by default. */
  readonly logLevel?: string;
  /** Writes down in `asked` every question that the server has for its modules, also where no module answers it, in `calls` what each answers, and in `logged` the log. */
  readonly record?: boolean;
  /**
   * `caught`: nothing leaves the server; requests to other servers, mails and notifications are what `outside` says. A function does the same, and
   * answers what was not declared; then nothing that leaves the server makes the test fail.
   */
  readonly outside?: 'open' | 'caught' | OutboundReplier;
  /** Notes what modules open, so that `close` and `leaks` tell what they left open when they ended. It slows promises down. */
  readonly leaks?: boolean;
}

/** Texts of one's own stand where the server has ids of a kind. */
type Loose<Args extends readonly unknown[]> = {
  [Index in keyof Args]: Args[Index] extends string ? string : Args[Index] extends string | undefined ? string | undefined : Args[Index];
};
/** What a callback is asked with: what the server has, as `build` makes it. */
export type HookArgs<Name extends CallbackName> = Loose<ArgsOf<Name>>;
export type HookAnswer<Name extends CallbackName> = Name extends QuestionName ? Questions[Name]['answer'] : void;

export interface TestServer {
  /** Where it listens, e.g. http://127.0.0.1:43210; without a port an address that is nowhere: `fetch` asks it then. */
  readonly url: string;
  /** As the global `fetch`, of a path on this server; it follows no redirect where the server has no port. */
  readonly fetch: Ask;
  readonly run: Run;
  readonly clock: Clock;
  /** What the modules were asked and told, oldest first: with `boot({ record: true })` only. */
  readonly asked: readonly AskedQuestion[];
  /** Each call of a module's callback, oldest first, with what it was given and answered: with `boot({ record: true })` only. */
  readonly calls: readonly SeenCall[];
  /** What the server and its modules wrote into the log, whatever `logLevel` says: with `boot({ record: true })` only. */
  readonly logged: readonly LoggedLine[];
  /** The callbacks and web resources that modules have registered since the server started. */
  readonly registered: { readonly callbacks: readonly ProbedCallback[]; readonly resources: readonly ProbedResource[] };
  /** What modules refused, replaced, answered out of the ordinary, or failed at, oldest first. */
  readonly decisions: readonly Decision[];
  /** Breaks callbacks, the database and the disk. */
  readonly faults: Faults;
  /** What would have left the server: with `boot({ outside: 'caught' })` only. */
  readonly outside: Outside;
  /** Makes an account and logs it in. A name can be used once; `admin` makes a server administrator. */
  user(name: string, options?: { readonly admin?: boolean }): Promise<TestUser>;
  /** Registers over HTTP, as a client does. @param more keys of the request @throws RequestFailed */
  register(username: string, password?: string, more?: Json): Promise<TestUser>;
  /** @throws RequestFailed */
  guest(): Promise<TestUser>;
  /** Logs in over HTTP. @param login a user and their password, or the whole request for any other type @throws RequestFailed */
  login(login: { readonly user: string; readonly password: string } | ({ readonly type: string } & Json)): Promise<TestUser>;
  /** A request without an account. @returns the reply's JSON. @throws RequestFailed */
  request(method: string, path: string, body?: unknown): Promise<unknown>;
  /**
   * Asks the modules directly, as the server would: with deadline, failure policy and all.
   * @returns their answer; nothing where they have nothing against it
   * @throws MatrixError when they refuse (`expectError` takes it)
   */
  callHook<Name extends CallbackName>(name: Name, ...args: HookArgs<Name>): Promise<HookAnswer<Name>>;
  /** Moves a fake clock on by `ms`, firing the timers that fall due. */
  advance(ms: number): Promise<void>;
  /** All that is stored at this moment, as if the server crashed now: `boot({ database })` starts with it. */
  databaseImage(): Buffer;
  /**
   * Lets these modules take the place of those that run, as SIGHUP does.
   * @throws ConfigurationError; then nothing has changed
   */
  exchangeModules(modules: readonly unknown[]): Promise<Exchange>;
  /** What modules that have ended left open: with `boot({ leaks: true })` only. */
  leaks(): Promise<readonly string[]>;
  /** Resolves when every queue is drained. */
  idle(): Promise<void>;
  /**
   * Ends the server; nothing stays open.
   * @throws UnmetExpectations for what went out undeclared, or did not go out (`outside`), and for what modules left open (`leaks`)
   */
  close(): Promise<void>;
}
