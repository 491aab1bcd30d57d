import { loadConfig, type Config } from '../../config/config.ts';
import type { Exchange } from '../../modules/index.ts';
import type { RunningServer } from '../main.ts';

/** What to say where something waits for the next start. */
export const WAITING = 'What else has changed in the configuration counts from the next start on.';

/** The configuration file of a running server. Read again, its modules are exchanged; everything else in it counts from the next start on. */
export class LiveConfiguration {
  readonly file: string;
  readonly #server: Pick<RunningServer, 'exchangeModules'>;
  readonly #first: Config;
  #last: Config;

  constructor(file: string, first: Config, server: Pick<RunningServer, 'exchangeModules'>) {
    this.file = file;
    this.#server = server;
    this.#first = first;
    this.#last = first;
  }

  /** @throws ConfigurationError; then nothing has changed */
  async reload(): Promise<Exchange> {
    this.#last = loadConfig(this.file);
    return await this.#server.exchangeModules(this.#last);
  }

  /** Whether something beside the modules is other than at the start. */
  get hasWaiting(): boolean {
    const sections = (config: Config): string => JSON.stringify({ ...config, modules: undefined });
    return sections(this.#last) !== sections(this.#first);
  }
}
