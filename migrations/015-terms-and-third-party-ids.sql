-- Which version of the terms a user has accepted, and when.
create table accepted_terms (
  user_id text not null references users (user_id),
  version text not null,
  accepted_ts integer not null,
  primary key (user_id, version)
) without rowid;

-- Mail addresses (later phone numbers) that are known to be a user's: each belongs to one account.
create table third_party_ids (
  medium text not null,
  -- In canonical form: https://spec.matrix.org/v1.19/appendices/#3pid-types
  address text not null,
  user_id text not null references users (user_id),
  validated_ts integer not null,
  added_ts integer not null,
  primary key (medium, address)
) without rowid;
create index third_party_ids_of_user on third_party_ids (user_id);

-- People on their way to show that an address is theirs.
create table validation_sessions (
  sid text primary key,
  -- What the address is to be used for: register, password or add.
  purpose text not null,
  address text not null,
  -- SHA-256 of the secret by which the client knows the session.
  client_secret_hash text not null,
  -- How often the client has asked for a mail.
  send_attempt integer not null,
  -- SHA-256 of what was sent to the address; null where the mail only told why there is nothing to confirm.
  token_hash text unique,
  next_link text,
  -- Null until the token came back.
  validated_ts integer,
  expires_ts integer not null,
  unique (address, client_secret_hash, purpose)
) without rowid;
create index validation_sessions_by_expiry on validation_sessions (expires_ts);

-- Mails that have still to be sent.
create table mails (
  mail_id integer primary key,
  recipient text not null,
  subject text not null,
  text text not null,
  -- Afterwards it is of no use to anybody.
  expires_ts integer not null
);
