-- The threads of each room, so that they can be listed by their latest event.
create table threads (
  room_id text not null,
  root_id text not null,
  -- The position of the newest event of the thread that is not hidden.
  latest_pos integer not null,
  primary key (room_id, root_id)
) without rowid;
create index threads_by_latest_event on threads (room_id, latest_pos);
