import { pino } from 'pino';
import type { Log } from '../kernel/log.ts';

/** @param format `text` is for people, `json` for programs */
export function createLog(level: string, format: 'json' | 'text'): Log {
  const options = { level, base: null, redact: ['*.password', '*.access_token', '*.authorization'] };
  return format === 'json' ? pino(options) : pino(options, textStream());
}

/** Lines as "12:00:00 info  text key=value". */
function textStream(): { write(line: string): void } {
  const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
  return {
    write(line) {
      const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg: string };
      const extra = Object.entries(fields).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      process.stdout.write(`${new Date(time).toISOString().slice(11, 19)} ${(LEVELS[level] ?? '').padEnd(5)} ${msg}${extra.join('')}\n`);
    },
  };
}
