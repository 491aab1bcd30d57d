import type { EventId } from '../core/identifiers.ts';
import type { Concluded, Decision, Outcome, Subject } from '../kernel/decisions.ts';
import { execute, row, rows, type SqlValue, type Work } from '../kernel/work.ts';

/** A decision as it lies in the database. */
export interface StoredDecision extends Pick<Decision, 'at' | 'module' | 'callback' | 'outcome' | 'said' | 'ms' | 'subject' | 'shadow' | 'incident'> {
  /** Grows with each decision. */
  readonly id: number;
  readonly request: string;
  readonly operation: string;
  /** On whose behalf the module was asked. */
  readonly actor: string | undefined;
}

/** What came of an operation, as it lies in the database. */
export interface StoredConclusion {
  readonly at: number;
  readonly operation: string;
  readonly actor: string | null;
  readonly outcome: Concluded['outcome'];
  readonly said: string;
}

/** Which decisions are wanted; what is left out does not matter. */
export interface DecisionFilter {
  readonly user?: string | undefined;
  readonly room?: string | undefined;
  readonly module?: string | undefined;
  readonly callback?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly shadow?: boolean | undefined;
  readonly incident?: string | undefined;
  readonly request?: string | undefined;
  /** All decisions of the requests that concerned or stored this event. */
  readonly event?: string | undefined;
  /** Milliseconds since the epoch, the first inclusive, the second exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

interface DecisionRow {
  readonly decision_id: number;
  readonly ts: number;
  readonly request: string;
  readonly operation: string;
  readonly actor: string | null;
  readonly module: string;
  readonly callback: string;
  readonly outcome: Outcome;
  readonly shadow: number;
  readonly said: string;
  readonly ms: number;
  readonly incident: string | null;
  readonly subject: string;
}

const COLUMNS =
  'd.decision_id, d.ts, d.request, d.operation, d.actor, d.module, d.callback, d.outcome, d.shadow, d.said, d.ms, d.incident, d.subject';

export function* add(decision: Decision): Work<void> {
  const { occasion, subject } = decision;
  const made = yield* row<{ decision_id: number }>(
    `insert into decisions (ts, request, operation, actor, module, callback, outcome, shadow, said, ms, incident, room_id, event_id, subject)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning decision_id`,
    decision.at,
    occasion.request,
    occasion.operation,
    occasion.userId ?? null,
    decision.module,
    decision.callback,
    decision.outcome,
    decision.shadow ? 1 : 0,
    decision.said,
    decision.ms,
    decision.incident ?? null,
    subject.roomId ?? null,
    subject.eventId ?? null,
    JSON.stringify(subject),
  );
  if (made === undefined) throw new Error('No decision was stored');
  const users = new Set([occasion.userId, subject.userId].filter((userId) => userId !== undefined));
  for (const userId of users) yield* execute('insert into decision_users (user_id, decision_id) values (?, ?)', userId, made.decision_id);
}

export function* conclude({ at, occasion, outcome, said, events }: Concluded): Work<void> {
  yield* execute(
    'insert into decision_conclusions (ts, request, operation, actor, outcome, said) values (?, ?, ?, ?, ?, ?)',
    at,
    occasion.request,
    occasion.operation,
    occasion.userId ?? null,
    outcome,
    said,
  );
  for (const eventId of events) {
    yield* execute('insert into decision_events (event_id, request, ts) values (?, ?, ?) on conflict do nothing', eventId, occasion.request, at);
  }
}

const OF_EVENT = '(select request from decision_events where event_id = ? union select request from decisions where event_id = ?)';

/**
 * Decisions that fit, newest first.
 * @param before those older than this id; undefined to begin with the newest
 */
export function* list(filter: DecisionFilter, before: number | undefined, limit: number): Work<readonly StoredDecision[]> {
  const wanted: (readonly [sql: string, ...args: (SqlValue | undefined)[]])[] = [
    ['u.user_id = ?', filter.user],
    ['d.room_id = ?', filter.room],
    ['d.module = ?', filter.module],
    ['d.callback = ?', filter.callback],
    ['d.outcome = ?', filter.outcome],
    ['d.shadow = ?', filter.shadow === undefined ? undefined : Number(filter.shadow)],
    ['d.incident = ?', filter.incident],
    ['d.request = ?', filter.request],
    [`d.request in ${OF_EVENT}`, filter.event, filter.event],
    // The first by id narrows the search down, as time only grows; the second holds also where a clock was set back.
    ['d.decision_id >= (select decision_id from decisions where ts >= ? order by ts limit 1)', filter.from],
    ['d.ts >= ?', filter.from],
    ['d.ts < ?', filter.to],
    ['d.decision_id < ?', before],
  ];
  const used = wanted.filter(([, arg]) => arg !== undefined);
  const found = yield* rows<DecisionRow>(
    `select ${COLUMNS} from decisions d${filter.user === undefined ? '' : ' join decision_users u on u.decision_id = d.decision_id'}
     ${used.length === 0 ? '' : `where ${used.map(([sql]) => sql).join(' and ')}`} order by ${filter.user === undefined ? 'd' : 'u'}.decision_id desc limit ?`,
    ...used.flatMap(([, ...args]) => args as SqlValue[]),
    limit,
  );
  return found.map(fromRow);
}

const fromRow = ({ decision_id: id, ts: at, actor, shadow, incident, subject, ...same }: DecisionRow): StoredDecision => ({
  ...same,
  id,
  at,
  actor: actor ?? undefined,
  shadow: shadow === 1,
  incident: incident ?? undefined,
  subject: JSON.parse(subject) as Subject,
});

/** How many decisions of one request are shown as its trail: a module that makes a hundred rooms makes a long one. */
const LONGEST_TRAIL = 1_000;

/** Everything that is known of one request. */
export interface RequestTrail {
  readonly request: string;
  /** Oldest first. */
  readonly decisions: readonly StoredDecision[];
  readonly conclusions: readonly StoredConclusion[];
  readonly events: readonly EventId[];
}

export function* trailOf(request: string): Work<RequestTrail> {
  const decisions = (yield* list({ request }, undefined, LONGEST_TRAIL)).toReversed();
  const conclusions = yield* rows<StoredConclusion>(
    `select ts as at, operation, actor, outcome, said from decision_conclusions where request = ? order by conclusion_id limit ${LONGEST_TRAIL}`,
    request,
  );
  const events = yield* rows<{ event_id: EventId }>(
    `select event_id from decision_events where request = ? order by ts, event_id limit ${LONGEST_TRAIL}`,
    request,
  );
  return { request, decisions, conclusions, events: events.map(({ event_id: id }) => id) };
}

/** The requests in which an incident happened: as good as always one. */
export function* requestsOfIncident(incident: string): Work<readonly string[]> {
  const found = yield* rows<{ request: string }>('select distinct request from decisions where incident = ? limit 10', incident);
  return found.map(({ request }) => request);
}

/** The requests that concerned an event, or stored it. */
export function* requestsOfEvent(eventId: string): Work<readonly string[]> {
  const found = yield* rows<{ request: string }>(`select request from ${OF_EVENT} limit 10`, eventId, eventId);
  return found.map(({ request }) => request);
}

/** Whether something is older than a time, or there is too much. */
export function* isPrunable(before: number, most: number): Work<boolean> {
  const found = yield* row<{ due: number }>(
    `select 1 as due where exists (select 1 from decisions where ts < ?)
       or exists (select 1 from decisions where decision_id <= (select max(decision_id) from decisions) - ?)
       or exists (select 1 from decision_conclusions where ts < ?) or exists (select 1 from decision_events where ts < ?)`,
    before,
    most,
    before,
    before,
  );
  return found !== undefined;
}

/**
 * Deletes what is older than a time, and the oldest of what there is too much of.
 * @param limit decisions, conclusions and events that are deleted at once, each
 * @returns how many rows are gone, and whether there may be more to delete
 */
export function* prune(before: number, most: number, limit: number): Work<{ readonly gone: number; readonly isMore: boolean }> {
  const newest = yield* row<{ id: number }>('select decision_id as id from decisions order by decision_id desc limit 1');
  const old = yield* rows<{ id: number }>(
    `select decision_id as id from (select decision_id from decisions where decision_id <= ? order by decision_id limit ?)
     union select decision_id from (select decision_id from decisions where ts < ? order by ts limit ?)
     order by id limit ?`,
    (newest?.id ?? 0) - most,
    limit,
    before,
    limit,
    limit,
  );
  for (const { id } of old) {
    yield* execute('delete from decision_users where decision_id = ?', id);
    yield* execute('delete from decisions where decision_id = ?', id);
  }
  // What came of requests goes when the oldest decision that is left is younger.
  const oldest = yield* row<{ ts: number }>('select ts from decisions order by decision_id limit 1');
  const useless = Math.max(before, oldest?.ts ?? before);
  const conclusions = yield* rows<{ id: number }>(
    'select conclusion_id as id from decision_conclusions where ts < ? order by ts limit ?',
    useless,
    limit,
  );
  for (const { id } of conclusions) yield* execute('delete from decision_conclusions where conclusion_id = ?', id);
  const events = yield* rows<{ event_id: string; request: string }>(
    'select event_id, request from decision_events where ts < ? order by ts limit ?',
    useless,
    limit,
  );
  for (const { event_id: id, request } of events) yield* execute('delete from decision_events where event_id = ? and request = ?', id, request);
  const counts = [old, conclusions, events].map((deleted) => deleted.length);
  return { gone: counts.reduce((sum, count) => sum + count), isMore: counts.includes(limit) };
}
