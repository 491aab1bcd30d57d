-- What users found inappropriate: https://spec.matrix.org/v1.19/client-server-api/#reporting-content
create table reports (
  report_id integer primary key,
  reporter text not null references users (user_id),
  -- The reported user, or the sender of the reported event.
  user_id text,
  room_id text,
  event_id text,
  reason text,
  -- From -100 (most offensive) to 0, where a client still says so.
  score integer,
  created_ts integer not null
);

-- Tokens by which users show other services who they are: https://spec.matrix.org/v1.19/client-server-api/#openid
create table openid_tokens (
  hash text primary key,
  user_id text not null references users (user_id),
  expires_ts integer not null
) without rowid;
create index openid_tokens_by_expiry on openid_tokens (expires_ts);
