import { inspect } from 'node:util';
import type { Log } from '../../kernel/log.ts';
import type { Peer } from './peer.ts';

/** The log of a module that runs in a thread; its lines are written in the server's. @param always the fields of every line */
export function remoteLog(peer: Peer, always: object = {}): Log {
  const write = (level: string) => (fields: object, text: string) =>
    void peer.call('log', level, sendable({ ...always, ...fields }), text).catch(() => undefined);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => remoteLog(peer, { ...always, ...fields }),
  };
}

/** The fields as JSON; errors go as errors, which the log writes in its own way. */
const sendable = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value : asJson(value)]));

function asJson(value: unknown): unknown {
  try {
    const json: string | undefined = JSON.stringify(value);
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return inspect(value);
  }
}
