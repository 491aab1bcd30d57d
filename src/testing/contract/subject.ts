import { MatrixError } from '../../kernel/errors.ts';
import { boot } from '../boot.ts';
import { RequestFailed } from '../errors.ts';
import type { OutboundReplier } from '../outside.ts';
import type { BootOptions, TestServer } from '../test-server.ts';

/** What `moduleContract` has to know of a module beyond its code. */
export interface ContractOptions {
  /** A configuration that it takes; `{}` unless given. Its junk is made of it. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Configurations that it has to refuse besides those that are made up. */
  readonly refuses?: readonly Readonly<Record<string, unknown>>[];
  /** Keys of its configuration at whose values it does not look: what they may be is nobody's business. */
  readonly free?: readonly string[];
  /** What else its entry in `modules` says. Its deadline is one second unless `timeout` is among it. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Keys of the server's configuration that it needs: `mail`, `public_baseurl`. */
  readonly server?: Readonly<Record<string, unknown>>;
  /** Answers what it asks other servers. Unless given, none can be reached. */
  readonly outside?: OutboundReplier;
  /** Callbacks, and paths of web resources, that may fail here, since what they need is not there. */
  readonly mayFail?: readonly string[];
  /** How long callbacks may take, 99 times of 100. Not measured unless given: figures of a busy machine say little. */
  readonly budget?: { readonly milliseconds: number; readonly calls?: number };
}

const UNREACHABLE: OutboundReplier = ({ url }) => new Error(`${url} cannot be reached: the contract was given no outside`);

/** A module under contract: how it is started, and what may go wrong with it. */
export class Subject {
  readonly module: string | object;
  readonly options: ContractOptions;

  constructor(module: string | object, options: ContractOptions) {
    this.module = module;
    this.options = options;
  }

  /** Its entry in the configuration. */
  entry(config = this.options.config ?? {}, more: object = {}): object {
    return { timeout: '1s', ...this.options.settings, module: this.module, config, ...more };
  }

  /** A server that runs it, and nothing else. */
  boot(more: BootOptions = {}): Promise<TestServer> {
    const { server: config = {}, outside = UNREACHABLE } = this.options;
    return boot({ port: 'none', record: true, config, outside, modules: [this.entry()], ...more });
  }

  /** Runs a server for as long as something is done with it. */
  async with<T>(work: (server: TestServer) => Promise<T>, options: BootOptions = {}): Promise<T> {
    const server = await this.boot(options);
    try {
      return await work(server);
    } finally {
      await server.close();
    }
  }

  mayFail(name: string): boolean {
    return this.options.mayFail?.includes(name) === true;
  }

  /**
   * Waits for what a client does. The module may refuse it; where the module fails, that stands in the trail.
   * @returns undefined where it was refused
   * @throws whatever else it fails with
   */
  async tolerant<T>(server: TestServer, request: Promise<T>): Promise<T | undefined> {
    try {
      return await request;
    } catch (error) {
      const isItsFailure = server.decisions.at(-1)?.outcome === 'failed';
      if (isItsFailure || ((error instanceof RequestFailed || error instanceof MatrixError) && error.status < 500)) return undefined;
      throw error;
    }
  }
}
