import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { getPushers } from '../../operations/push/get-pushers.ts';
import { setPusher } from '../../operations/push/set-pusher.ts';
import { present } from '../present.ts';
import { anyObject, emptyObject } from '../schemas.ts';

const pusher = t.Object({
  pushkey: t.String(),
  kind: t.String(),
  app_id: t.String(),
  app_display_name: t.String(),
  device_display_name: t.String(),
  profile_tag: t.Optional(t.String()),
  lang: t.String(),
  data: t.Unsafe<JsonObject>(anyObject),
});
const change = t.Object({
  pushkey: t.String(),
  kind: t.Union([t.String(), t.Null()]),
  app_id: t.String(),
  app_display_name: t.Optional(t.String()),
  device_display_name: t.Optional(t.String()),
  profile_tag: t.Optional(t.String()),
  lang: t.Optional(t.String()),
  data: t.Optional(t.Unsafe<JsonObject>(anyObject)),
  append: t.Optional(t.Boolean()),
});

/** https://spec.matrix.org/v1.19/client-server-api/#push-notifications */
export const PUSHERS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/pushers',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ pushers: t.Array(pusher) }),
    operation: getPushers,
    input: () => undefined,
    output: (pushers) => ({
      pushers: pushers.map((one) => ({
        pushkey: one.pushkey,
        kind: one.kind,
        app_id: one.appId,
        app_display_name: one.appDisplayName,
        device_display_name: one.deviceDisplayName,
        ...present('profile_tag', one.profileTag),
        lang: one.lang,
        data: one.data,
      })),
    }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/pushers/set',
    auth: 'user',
    limit: 'general',
    body: change,
    reply: emptyObject,
    operation: setPusher,
    input: ({ body }) => ({
      kind: body.kind ?? undefined,
      appId: body.app_id,
      pushkey: body.pushkey,
      appDisplayName: body.app_display_name,
      deviceDisplayName: body.device_display_name,
      profileTag: body.profile_tag,
      lang: body.lang,
      data: body.data,
      append: body.append ?? false,
    }),
    output: () => ({}),
  }),
];
