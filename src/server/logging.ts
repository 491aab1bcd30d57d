import { pino, stdSerializers } from 'pino';
import type { Log } from '../kernel/log.ts';

/** @param format `text` is for people, `json` for programs */
export function createLog(level: string, format: 'json' | 'text'): Log {
  const serializers = { error: stdSerializers.err };
  const options = { level, base: null, serializers, redact: ['*.password', '*.access_token', '*.authorization'] };
  return format === 'json' ? pino(options) : pino(options, textStream());
}

/** Lines as "12:00:00 info  text key=value". */
function textStream(): { write(line: string): void } {
  const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
  return {
    write(line) {
      const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg: string };
      const extra = Object.entries(fields).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      process.stdout.write(`${new Date(time).toISOString().slice(11, 19)} ${(LEVELS[level] ?? '').padEnd(5)} ${onOneLine(msg + extra.join(''))}\n`);
    },
  };
}

/** Control characters and ends of lines: with them, what somebody sent could look like a line of the log, or command the terminal. */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const onOneLine = (text: string): string =>
  text.replaceAll(CONTROL, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
