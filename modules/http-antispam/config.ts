import { Type, type Static } from 'plexus/module';

/** What an antispam server may be asked, by the names of its endpoints. */
export const CALLBACKS = [
  'user_may_join_room',
  'accept_make_join',
  'user_may_invite',
  'user_may_send_3pid_invite',
  'user_may_create_room',
  'user_may_create_room_alias',
  'user_may_publish_room',
  'check_username_for_spam',
  'check_login_for_spam',
  'check_event_for_spam',
  'federated_user_may_invite',
] as const;
export type CallbackName = (typeof CALLBACKS)[number];

const closed = { additionalProperties: false } as const;
const perCallback = (description: string) =>
  Type.Object(Object.fromEntries(CALLBACKS.map((name) => [name, Type.Optional(Type.Boolean())])), { ...closed, default: {}, description });

/** The keys of synapse-http-antispam, and `timeout`. */
export const Config = Type.Object(
  {
    base_url: Type.String({ description: 'Where the antispam server is; a callback is asked at <base_url>/<callback>.' }),
    authorization: Type.Optional(Type.String({ description: 'The token that the antispam server wants to see.' })),
    authorization_path: Type.Optional(Type.String({ description: 'A file that contains this token.' })),
    do_ping: Type.Boolean({ default: false, description: 'Says in the log, after the start, whether the antispam server can be reached.' }),
    enabled_callbacks: Type.Optional(
      Type.Array(Type.Union(CALLBACKS.map((name) => Type.Literal(name))), { description: 'What it is asked; everything unless given.' }),
    ),
    async: perCallback('What it is told without waiting for an answer.'),
    fail_open: perCallback('What is allowed when the antispam server fails; only check_event_for_spam unless given.'),
    timeout: Type.Union([Type.String(), Type.Integer()], {
      default: '4s',
      description: 'After how long without an answer it has failed; less than the time that the server gives the module.',
    }),
  },
  closed,
);
export type AntispamConfig = Static<typeof Config>;
