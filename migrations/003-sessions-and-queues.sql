-- User-interactive authentication on its way: https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api
create table uia_sessions (
  -- SHA-256 of the session's id: whoever reads the database can go on with no session.
  session_hash text primary key,
  operation text not null,
  -- Null when nobody is logged in (registration).
  user_id text,
  -- Keyed digest of the request that is to be authorised.
  request_mac text not null,
  -- JSON: [[stage, …], …], the ways to the end that the client was told of.
  flows text not null,
  -- JSON: [[stage, result], …] in the order of completion.
  completed text not null,
  expires_ts integer not null
) without rowid;
create index uia_sessions_by_expiry on uia_sessions (expires_ts);

create table registration_tokens (
  token text primary key,
  -- Null for any number of times.
  uses_allowed integer,
  uses integer not null default 0,
  -- Null for a token that does not expire.
  expires_ts integer,
  created_ts integer not null
) without rowid;

create table login_tokens (
  hash text primary key,
  user_id text not null references users (user_id),
  expires_ts integer not null
) without rowid;
create index login_tokens_of_user on login_tokens (user_id);

-- Rooms into which a changed profile has still to be carried.
create table profile_updates (
  user_id text not null references users (user_id),
  room_id text not null references rooms (room_id),
  -- Grows with each change, so that a change made meanwhile is not forgotten.
  change integer not null,
  primary key (user_id, room_id)
) without rowid;

-- Rooms that a deactivated user has still to leave.
create table departures (
  user_id text not null references users (user_id),
  room_id text not null references rooms (room_id),
  primary key (user_id, room_id)
) without rowid;
