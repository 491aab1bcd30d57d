import { Registry } from 'prom-client';
import type { Event } from '../../../src/core/event.ts';
import type { EventId, RoomId, ServerName, UserId } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { DEFAULT_ROOM_VERSION, roomVersion } from '../../../src/core/room-versions.ts';
import type { Decision } from '../../../src/kernel/decisions.ts';
import type { StateView } from '../../../src/kernel/event-plan.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Occasion, QuestionName, Questions } from '../../../src/kernel/questions.ts';
import type { Requester } from '../../../src/kernel/requester.ts';
import { loadModules, type ModuleEntry, type Modules, type ModuleServices } from '../../../src/modules/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';

export const ALICE = '@alice:localhost' as UserId;
export const ROOM = '!room:localhost' as RoomId;
export const OCCASION: Occasion = { operation: 'send-event', userId: ALICE, request: 'request' };

/** What the log was told: level, fields and text. */
export type LogLine = readonly [level: string, fields: object, text: string];

export function logInto(lines: LogLine[]): Log {
  const write = (level: string) => (fields: object, text: string) => void lines.push([level, fields, text]);
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
  return log;
}

export interface Loaded {
  readonly modules: Modules;
  readonly clock: FakeClock;
  readonly lines: LogLine[];
  readonly registry: Registry;
  /** The trail, newest first. */
  readonly decisions: Decision[];
  ask<Q extends QuestionName>(question: Q, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']>;
}

/** An entry of the configuration with everything that is left out. */
export const entry = (given: Partial<ModuleEntry> & Pick<ModuleEntry, 'module'>): ModuleEntry => ({
  config: {},
  on_error: 'deny',
  timeout: 5000,
  mode: 'enforce',
  isolation: 'none',
  memory: 268_435_456,
  hooks: {},
  ...given,
});

const askNothing: ModuleServices['fetch'] = () => Promise.reject(new Error('nothing is asked here'));

export async function load(entries: readonly ModuleEntry[], folder = '/nowhere', fetch = askNothing): Promise<Loaded> {
  const clock = new FakeClock();
  const lines: LogLine[] = [];
  const registry = new Registry();
  const decisions: Decision[] = [];
  const modules = await loadModules(entries, {
    serverName: 'localhost' as ServerName,
    version: '0.1.0',
    publicBaseurl: undefined,
    folder,
    clock,
    log: logInto(lines),
    registry,
    decisions: { record: (decision) => void decisions.unshift(decision), conclude: () => undefined, traces: undefined },
    tellsIncidents: false,
    fetch,
    askServer: () => Promise.reject(new Error('nothing is asked here')),
    serves: (path) => path === '/served',
  });
  return { modules, clock, lines, registry, decisions, ask: (question, ...args) => modules.policy.ask(question, OCCASION, ...args) };
}

export const NO_STATE: StateView = {
  get: () => Promise.resolve(undefined),
  has: () => Promise.resolve(false),
  async *[Symbol.asyncIterator]() {},
};

export function message(content: JsonObject, sender = ALICE): Event {
  const version = roomVersion(DEFAULT_ROOM_VERSION);
  if (version === undefined) throw new Error('the default version is unknown');
  const pdu: JsonObject = { type: 'm.room.message', room_id: ROOM, sender, content, origin_server_ts: 1, depth: 3 };
  return {
    eventId: '$event' as EventId,
    roomId: ROOM,
    version,
    type: 'm.room.message',
    stateKey: undefined,
    sender,
    content,
    originServerTs: 1,
    depth: 3,
    prevEvents: [],
    authEvents: [],
    redacts: undefined,
    pdu,
  };
}

export const REQUESTER: Requester = {
  origin: 'client',
  ip: '127.0.0.1',
  userAgent: 'test',
  userId: ALICE,
  deviceId: undefined,
  tokenId: 1,
  isGuest: false,
  isAdmin: false,
  shadowBanned: false,
  appServiceId: undefined,
};
