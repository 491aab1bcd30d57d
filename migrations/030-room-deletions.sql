-- Rooms that administrators or modules delete: everybody leaves them, and all that is known of them goes, bit by bit in the background.
create table room_deletions (
  delete_id text primary key,
  room_id text not null,
  -- Null where a module asked for it.
  requester text,
  -- active, complete or failed.
  status text not null,
  error text,
  purge integer not null,
  -- 1 where the room goes also when somebody could not be made to leave.
  force_purge integer not null,
  -- Where those who leave are brought to.
  new_room_id text,
  -- JSON: who was in the room, and which aliases led to it.
  members text not null,
  aliases text not null,
  -- Bits of the work that are done.
  steps integer not null default 0,
  created_ts integer not null
) without rowid;
create index room_deletions_of_room on room_deletions (room_id, created_ts);

-- Who could not be made to leave.
create table room_deletion_failures (
  delete_id text not null references room_deletions (delete_id) on delete cascade,
  user_id text not null,
  primary key (delete_id, user_id)
) without rowid;

-- Rooms that nobody may enter.
create table blocked_rooms (
  room_id text primary key,
  blocked_by text,
  created_ts integer not null
) without rowid;

create index state_groups_of_room on state_groups (room_id);
