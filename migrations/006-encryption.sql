create table device_keys (
  user_id text not null,
  device_id text not null,
  -- Canonical JSON, as the device has uploaded it.
  keys text not null,
  primary key (user_id, device_id),
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
) without rowid;

create table one_time_keys (
  user_id text not null,
  device_id text not null,
  algorithm text not null,
  key_id text not null,
  -- When it was uploaded: the oldest are given out first.
  pos integer not null,
  key text not null,
  -- Null until it is given out. It is kept for a while, so that an upload that is repeated cannot bring it back.
  claimed_ts integer,
  primary key (user_id, device_id, algorithm, key_id),
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
) without rowid;
create index unclaimed_one_time_keys on one_time_keys (user_id, device_id, algorithm, pos, key_id) where claimed_ts is null;

create table fallback_keys (
  user_id text not null,
  device_id text not null,
  algorithm text not null,
  key_id text not null,
  key text not null,
  used integer not null default 0,
  primary key (user_id, device_id, algorithm),
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
) without rowid;

create table cross_signing_keys (
  user_id text not null,
  -- master, self_signing or user_signing.
  usage text not null,
  public_key text not null,
  -- Canonical JSON, as the user has uploaded it.
  key text not null,
  primary key (user_id, usage)
) without rowid;

-- Signatures that were uploaded after the keys that they sign.
create table key_signatures (
  user_id text not null,
  -- A device id, or the public key of a cross-signing key.
  key_id text not null,
  signer_id text not null,
  -- With its algorithm: ed25519:...
  signer_key_id text not null,
  signature text not null,
  pos integer not null,
  primary key (user_id, key_id, signer_id, signer_key_id)
) without rowid;
create index key_signatures_of_signer on key_signatures (signer_id, pos);

-- Where the device or cross-signing keys of each user changed last: one row a user, however many follow them.
create table device_lists (
  user_id text primary key,
  pos integer not null
) without rowid;
create index device_lists_by_position on device_lists (pos);

create table to_device_messages (
  user_id text not null,
  device_id text not null,
  pos integer not null,
  sender text not null,
  type text not null,
  content text not null,
  primary key (user_id, device_id, pos),
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
);

-- Requests to send messages that were already done, kept for as long as a client may repeat them.
create table to_device_transactions (
  user_id text not null,
  device_id text not null,
  path text not null,
  txn_id text not null,
  created_ts integer not null,
  primary key (user_id, device_id, txn_id, path)
) without rowid;
create index to_device_transactions_by_age on to_device_transactions (created_ts);

create table key_backups (
  user_id text not null,
  version integer not null,
  algorithm text not null,
  auth_data text not null,
  -- Grows with each change of the keys.
  etag integer not null default 0,
  -- A deleted version is remembered, so that its number is never given again.
  deleted integer not null default 0,
  primary key (user_id, version)
) without rowid;

create table key_backup_sessions (
  user_id text not null,
  version integer not null,
  room_id text not null,
  session_id text not null,
  first_message_index integer not null,
  forwarded_count integer not null,
  is_verified integer not null,
  session_data text not null,
  primary key (user_id, version, room_id, session_id)
);
