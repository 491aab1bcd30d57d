import { Type as t, type Static } from '@sinclair/typebox';
import { OUTCOMES, type CallbackFigures, type Subject } from '../../kernel/decisions.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { getIncident } from '../../operations/decisions/get-incident.ts';
import { getModuleFigures } from '../../operations/decisions/get-module-figures.ts';
import { getRequestTrail } from '../../operations/decisions/get-request-trail.ts';
import { listDecisions } from '../../operations/decisions/list-decisions.ts';
import { invalidParam } from '../../kernel/errors.ts';

const BASE = '/_plexus/admin/v1';
const text = t.Optional(t.String({ minLength: 1 }));
const outcome = t.Union(OUTCOMES.map((one) => t.Literal(one)));

const decisionReply = t.Object({
  id: t.Integer(),
  ts: t.Integer(),
  request: t.String(),
  operation: t.String(),
  /** On whose behalf the module was asked; null for what the server does of its own accord. */
  actor: t.Union([t.String(), t.Null()]),
  module: t.String(),
  callback: t.String(),
  outcome,
  shadow: t.Boolean(),
  said: t.String(),
  ms: t.Number(),
  incident: t.Union([t.String(), t.Null()]),
  room_id: t.Optional(t.String()),
  event_id: t.Optional(t.String()),
  event_type: t.Optional(t.String()),
  user_id: t.Optional(t.String()),
  alias: t.Optional(t.String()),
  file_id: t.Optional(t.String()),
  username: t.Optional(t.String()),
  medium: t.Optional(t.String()),
});

const trailReply = t.Object({
  request: t.String(),
  decisions: t.Array(decisionReply),
  conclusions: t.Array(
    t.Object({
      ts: t.Integer(),
      operation: t.String(),
      actor: t.Union([t.String(), t.Null()]),
      outcome: t.Union([t.Literal('done'), t.Literal('refused'), t.Literal('failed')]),
      said: t.String(),
    }),
  ),
  events: t.Array(t.String()),
});

interface StoredDecision extends Pick<
  Static<typeof decisionReply>,
  'id' | 'request' | 'operation' | 'module' | 'callback' | 'outcome' | 'shadow' | 'said' | 'ms'
> {
  readonly at: number;
  readonly actor: string | undefined;
  readonly incident: string | undefined;
  readonly subject: Subject;
}

interface Trail extends Pick<Static<typeof trailReply>, 'request'> {
  readonly decisions: readonly StoredDecision[];
  readonly conclusions: readonly (Omit<Static<typeof trailReply>['conclusions'][number], 'ts'> & { readonly at: number })[];
  readonly events: readonly string[];
}

function decisionOf({ at, actor, incident, subject, ...same }: StoredDecision): Static<typeof decisionReply> {
  const { roomId, eventId, eventType, userId, alias, fileId, username, medium } = subject;
  return {
    ...same,
    ts: at,
    actor: actor ?? null,
    incident: incident ?? null,
    ...(roomId !== undefined && { room_id: roomId }),
    ...(eventId !== undefined && { event_id: eventId }),
    ...(eventType !== undefined && { event_type: eventType }),
    ...(userId !== undefined && { user_id: userId }),
    ...(alias !== undefined && { alias }),
    ...(fileId !== undefined && { file_id: fileId }),
    ...(username !== undefined && { username }),
    ...(medium !== undefined && { medium }),
  };
}

const trailOf = ({ request, decisions, conclusions, events }: Trail): Static<typeof trailReply> => ({
  request,
  decisions: decisions.map(decisionOf),
  conclusions: conclusions.map(({ at, ...same }) => ({ ...same, ts: at })),
  events: [...events],
});

/** Where a page begins; nobody but this server reads it. */
function tokenToId(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  if (!/^d\d{1,15}$/.test(token)) throw invalidParam('from_token is none that this server gave');
  return Number(token.slice(1));
}

const figuresReply = t.Object({
  callback: t.String(),
  shadow: t.Boolean(),
  calls: t.Integer(),
  total_ms: t.Number(),
  slowest_ms: t.Number(),
  outcomes: t.Record(t.String(), t.Integer()),
});

/** One entry a module, each with its callbacks. */
function byModule(figures: readonly CallbackFigures[]): { module: string; callbacks: Static<typeof figuresReply>[] }[] {
  const modules = new Map<string, Static<typeof figuresReply>[]>();
  for (const { module, totalMs, slowestMs, outcomes, ...same } of figures) {
    const callbacks = modules.get(module) ?? [];
    callbacks.push({ ...same, total_ms: totalMs, slowest_ms: slowestMs, outcomes: { ...outcomes } });
    modules.set(module, callbacks);
  }
  return [...modules].map(([module, callbacks]) => ({ module, callbacks }));
}

/** The decision trail, for server administrators: docs/modules/decisions.md */
export const DECISIONS = [
  endpoint({
    method: 'GET',
    path: `${BASE}/decisions`,
    auth: 'admin',
    limit: 'general',
    query: t.Object({
      user: text,
      room: text,
      module: text,
      callback: text,
      outcome: t.Optional(outcome),
      shadow: t.Optional(t.Boolean()),
      event: text,
      incident: text,
      request: text,
      from: t.Optional(t.Integer({ minimum: 0 })),
      to: t.Optional(t.Integer({ minimum: 0 })),
      limit: t.Optional(t.Integer({ minimum: 1, maximum: 1000 })),
      from_token: text,
    }),
    reply: t.Object({ decisions: t.Array(decisionReply), next_token: t.Optional(t.String()) }),
    operation: listDecisions,
    input: ({ query: { limit = 100, from_token: token, ...filter } }) => ({ ...filter, limit, before: tokenToId(token) }),
    output: ({ decisions, next }) => ({ decisions: decisions.map(decisionOf), ...(next !== undefined && { next_token: `d${next}` }) }),
  }),
  endpoint({
    method: 'GET',
    path: `${BASE}/incidents/:incident`,
    auth: 'admin',
    limit: 'general',
    reply: trailReply,
    operation: getIncident,
    input: ({ params }) => params.incident,
    output: trailOf,
  }),
  endpoint({
    method: 'GET',
    path: `${BASE}/requests/:request`,
    auth: 'admin',
    limit: 'general',
    reply: trailReply,
    operation: getRequestTrail,
    input: ({ params }) => params.request,
    output: trailOf,
  }),
  endpoint({
    method: 'GET',
    path: `${BASE}/module_figures`,
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ modules: t.Array(t.Object({ module: t.String(), callbacks: t.Array(figuresReply) })) }),
    operation: getModuleFigures,
    input: () => undefined,
    output: (figures) => ({ modules: byModule(figures) }),
  }),
];
