import { Type as t, type Static } from '@sinclair/typebox';
import type { Trace } from '../../kernel/decisions.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { endTrace } from '../../operations/decisions/end-trace.ts';
import { listTraces } from '../../operations/decisions/list-traces.ts';
import { startTrace } from '../../operations/decisions/start-trace.ts';
import { emptyObject } from '../schemas.ts';

const BASE = '/_plexus/admin/v1/traces';

const traceReply = t.Object({
  trace_id: t.Integer(),
  user: t.Optional(t.String()),
  room: t.Optional(t.String()),
  module: t.Optional(t.String()),
  created_by: t.String(),
  created_ts: t.Integer(),
  until_ts: t.Integer(),
});

const traceOf = ({ traceId, kind, value, createdBy, createdTs, untilTs }: Trace): Static<typeof traceReply> => ({
  trace_id: traceId,
  [kind]: value,
  created_by: createdBy,
  created_ts: createdTs,
  until_ts: untilTs,
});

/** For whom or what every single answer of modules is noted: docs/modules/decisions.md */
export const TRACES = [
  endpoint({
    method: 'GET',
    path: BASE,
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ traces: t.Array(traceReply) }),
    operation: listTraces,
    input: () => undefined,
    output: (traces) => ({ traces: traces.map(traceOf) }),
  }),
  endpoint({
    method: 'POST',
    path: BASE,
    auth: 'admin',
    limit: 'general',
    body: t.Object({
      user: t.Optional(t.String({ minLength: 1 })),
      room: t.Optional(t.String({ minLength: 1 })),
      module: t.Optional(t.String({ minLength: 1 })),
      until_ts: t.Integer(),
    }),
    reply: traceReply,
    operation: startTrace,
    input: ({ body: { until_ts: untilTs, ...subject } }) => ({ subject, untilTs }),
    output: traceOf,
  }),
  endpoint({
    method: 'DELETE',
    path: `${BASE}/:traceId`,
    auth: 'admin',
    limit: 'general',
    reply: emptyObject,
    operation: endTrace,
    input: ({ params }) => params.traceId,
    output: () => ({}),
  }),
];
