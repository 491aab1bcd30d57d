create table users (
  user_id text primary key,
  -- argon2id, null where no password can log in.
  password_hash text,
  is_guest integer not null default 0,
  is_admin integer not null default 0,
  is_deactivated integer not null default 0,
  is_shadow_banned integer not null default 0,
  -- https://spec.matrix.org/v1.19/client-server-api/#account-moderation
  is_locked integer not null default 0,
  is_suspended integer not null default 0,
  -- The stream position at which the user, on leaving, asked that as little as possible be shown of them.
  erased_pos integer,
  -- What an administrator says that the account is for, e.g. 'bot'.
  user_type text,
  created_ts integer not null
);

create table profiles (
  user_id text not null references users (user_id),
  field text not null,
  -- JSON.
  value text not null,
  primary key (user_id, field)
) without rowid;

create table devices (
  user_id text not null references users (user_id),
  device_id text not null,
  display_name text,
  last_seen_ts integer,
  last_seen_ip text,
  last_seen_user_agent text,
  primary key (user_id, device_id)
) without rowid;

create table access_tokens (
  token_id integer primary key,
  -- SHA-256 of the token.
  hash text not null unique,
  user_id text not null references users (user_id),
  device_id text,
  created_ts integer not null,
  -- Milliseconds since the epoch; null for a token that does not expire.
  expires_ts integer
);
create index access_tokens_of_device on access_tokens (user_id, device_id);

create table refresh_tokens (
  token_id integer primary key,
  hash text not null unique,
  user_id text not null references users (user_id),
  device_id text not null,
  -- The access token that was given out together with it.
  access_token_id integer,
  -- The refresh token that took its place once it was used.
  next_token_id integer,
  created_ts integer not null
);
create index refresh_tokens_of_device on refresh_tokens (user_id, device_id);
