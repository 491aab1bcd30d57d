import { defaultConfig } from '../config/config.ts';
import type { ServerName } from '../core/identifiers.ts';
import type { Decision } from '../kernel/decisions.ts';
import { openStored } from '../server/cli/stored-data.ts';
import { createLog } from '../server/logging.ts';
import { judgeHistory, PastClock, type JudgedEvent } from '../server/replay/history-walk.ts';
import { readRecordingFile } from '../server/replay/recording/recorded-history.ts';
import { writeRecording } from '../server/replay/recording/write-recording.ts';
import { replayActions } from '../server/replay/replay-actions.ts';
import { ReplayedModule, type PastVerdict } from '../server/replay/replayed-module.ts';
import { VERSION } from '../server/version.ts';
import { openDatabase } from './open-database.ts';

/** What a module is asked with. */
export interface ReplayedEntry {
  /** A class or definition, or its place as in the configuration. */
  readonly module: string | object;
  readonly config?: Readonly<Record<string, unknown>>;
  /** What else its entry in `modules` says. Unless `on_error` is among it, a failure is noted and the next question asked. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What a module said of one event of a recording. */
export interface ReplayedEvent extends PastVerdict {
  readonly eventId: string;
  readonly roomId: string;
  readonly sender: string;
  readonly type: string;
}

/** What a module would have done. */
export interface Replayed {
  /** All that the recording has, in its order. */
  readonly events: readonly ReplayedEvent[];
  /** What it refused, replaced and failed at: for `decisionText`. */
  readonly decisions: readonly Decision[];
  /** What it tried to do, which is not done in a replay, and how often. */
  readonly tried: ReadonlyMap<string, number>;
}

/** An event on which two modules, or a module and its successor, do not do the same. */
export interface ReplayDifference {
  readonly one: ReplayedEvent;
  readonly other: ReplayedEvent;
}

/**
 * Writes what modules were asked about the events in a database into a file, as `plexus record` does.
 * @param source the database: a file, or what `databaseImage` gave
 * @param file must not be there
 * @param wish `words`: with what people wrote; it is left out otherwise. `since`: from when on (ms since the epoch); all unless given
 */
export async function record(
  source: string | Buffer,
  file: string,
  wish: { readonly words?: boolean; readonly since?: number; readonly serverName?: string } = {},
): Promise<void> {
  const database = typeof source === 'string' ? await openStored(source) : openDatabase(source);
  const { serverName = 'localhost', since = 0, words = false } = wish;
  try {
    await writeRecording(database, { serverName, since, words }, file);
  } finally {
    await database.close();
  }
}

/**
 * Asks a module what was asked when the events of a recording were made, with the state of that time and without any effect.
 * @param recording a file that `plexus record` wrote
 * @throws BadRecording, and ModuleProblems for what is wrong with the module or its configuration
 */
export async function replay(recording: string | URL, { module, config = {}, settings = {} }: ReplayedEntry): Promise<Replayed> {
  const { head, past } = await readRecordingFile(recording);
  const surroundings = defaultConfig({ server_name: head.server_name, modules: [{ on_error: 'allow', ...settings, module, config }] });
  const [entry] = surroundings.modules;
  if (entry === undefined) throw new Error('There is no module');
  const [database, clock] = [openDatabase(), new PastClock()];
  const serverName = head.server_name as ServerName;
  const services = { serverName, version: VERSION, publicBaseurl: undefined, folder: process.cwd(), clock, log: createLog('silent', 'text') };
  const replayed = await ReplayedModule.load(entry, services, (refuse) => replayActions({ config: surroundings, database, clock }, refuse));
  const events: ReplayedEvent[] = [];
  try {
    await judgeHistory([replayed], clock, past, (judged) => events.push(...replayedEvents(judged)));
  } finally {
    await replayed.dispose();
    await database.close();
  }
  return { events, decisions: events.flatMap(({ decisions }) => decisions), tried: replayed.tried };
}

const replayedEvents = ({ event: { eventId, roomId, sender, type }, verdicts }: JudgedEvent): readonly ReplayedEvent[] =>
  verdicts.map((verdict) => ({ ...verdict, eventId, roomId, sender, type }));

/** @returns the events on which two replays of the same recording came to something else, whatever they gave for a reason */
export const replayDifferences = (one: Replayed, other: Replayed): readonly ReplayDifference[] =>
  one.events.flatMap((event, index) => {
    const same = other.events[index];
    if (same?.eventId !== event.eventId) throw new Error('These are replays of different recordings');
    return same.essence === event.essence ? [] : [{ one: event, other: same }];
  });
