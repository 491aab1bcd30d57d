import { Type as t, type Static } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { sendServerNotice } from '../../operations/server-notices/send-server-notice.ts';
import { anyObject } from '../schemas.ts';

const body = t.Object({
  user_id: t.String(),
  content: t.Unsafe<JsonObject>(anyObject),
  type: t.Optional(t.String()),
  state_key: t.Optional(t.String()),
});

const sending = {
  auth: 'admin',
  limit: 'general',
  body,
  reply: t.Object({ event_id: t.String() }),
  operation: sendServerNotice,
  output: ({ eventId }: { readonly eventId: string }) => ({ event_id: eventId }),
} as const;

const inputOf = ({ user_id: userId, content, type = 'm.room.message', state_key: stateKey }: Static<typeof body>, txnId: string | undefined) => ({
  userId: toUserId(userId),
  type,
  stateKey,
  content,
  txnId,
});

/** Notices to users, as tools for Synapse send them: https://element-hq.github.io/synapse/latest/admin_api/server_notices.html */
export const ADMIN_SERVER_NOTICES = [
  endpoint({ ...sending, method: 'POST', path: '/_synapse/admin/v1/send_server_notice', input: (call) => inputOf(call.body, undefined) }),
  endpoint({
    ...sending,
    method: 'PUT',
    path: '/_synapse/admin/v1/send_server_notice/:txnId',
    input: (call) => inputOf(call.body, call.params.txnId),
  }),
];
