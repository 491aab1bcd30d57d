import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../core/json.ts';

/** Any JSON object. */
export const anyObject = t.Record(t.String(), t.Unknown());
export const emptyObject = t.Object({});

/** https://spec.matrix.org/v1.19/client-server-api/#room-event-format */
export const clientEvent = t.Unsafe<JsonObject>(
  t.Object({
    event_id: t.String(),
    type: t.String(),
    sender: t.String(),
    room_id: t.String(),
    origin_server_ts: t.Integer(),
    content: anyObject,
    state_key: t.Optional(t.String()),
    unsigned: anyObject,
  }),
);
export const clientEventList = t.Unsafe<readonly JsonObject[]>(t.Array(clientEvent));
/** Whether an identity server has forgotten what it was told. */
export const unbindResult = t.Object({ id_server_unbind_result: t.Union([t.Literal('success'), t.Literal('no-support')]) });
/** `b` is towards the past. */
export const direction = t.Union([t.Literal('b'), t.Literal('f')]);
