import type { Log } from '../kernel/log.ts';

/** One line that the server or a module wrote into the log. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Those of the log that it was written to (`module` for a module's own), too. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A log that keeps what is written, and passes it on. */
export class RecordingLog implements Log {
  readonly lines: LoggedLine[];
  readonly #log: Log;
  readonly #fields: object;

  constructor(log: Log, fields: object = {}, lines: LoggedLine[] = []) {
    this.#log = log;
    this.#fields = fields;
    this.lines = lines;
  }

  debug(fields: object, text: string): void {
    this.#write('debug', fields, text);
  }

  info(fields: object, text: string): void {
    this.#write('info', fields, text);
  }

  warn(fields: object, text: string): void {
    this.#write('warn', fields, text);
  }

  error(fields: object, text: string): void {
    this.#write('error', fields, text);
  }

  child(fields: object): Log {
    return new RecordingLog(this.#log.child(fields), { ...this.#fields, ...fields }, this.lines);
  }

  #write(level: LoggedLine['level'], fields: object, text: string): void {
    this.lines.push({ level, fields: { ...this.#fields, ...fields }, text });
    this.#log[level](fields, text);
  }
}
