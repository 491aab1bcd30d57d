-- Account data, global (room_id '') and of rooms; tags and the fully read marker are rows of their room.
create table account_data (
  user_id text not null,
  room_id text not null,
  type text not null,
  -- JSON.
  content text not null,
  pos integer not null,
  primary key (user_id, room_id, type)
) without rowid;
create index account_data_by_position on account_data (user_id, pos);

-- The newest receipt of each user, type and thread of a room.
create table receipts (
  room_id text not null,
  user_id text not null,
  type text not null,
  -- The root of the thread, 'main', or '' for an unthreaded receipt.
  thread_id text not null,
  event_id text not null,
  -- The position of the event: what the user has read up to.
  event_pos integer not null,
  -- 1 when nobody but the user may see it.
  private integer not null,
  ts integer not null,
  pos integer not null,
  primary key (room_id, user_id, type, thread_id)
) without rowid;
create index receipts_by_position on receipts (room_id, pos);
create index receipts_of_user on receipts (user_id, pos);

-- What users changed of the server-default push rules; users without a row changed nothing.
create table push_rules (
  user_id text primary key,
  -- JSON.
  changes text not null,
  pos integer not null
) without rowid;

-- Who is online, written when somebody comes or goes, so that a server that was killed knows whom to call offline; and what is
-- remembered of those who went.
create table presence (
  user_id text primary key,
  state text not null,
  status_msg text,
  last_active_ts integer not null
) without rowid;
create index presence_by_state on presence (state) where state <> 'offline';
