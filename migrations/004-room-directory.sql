create table room_aliases (
  alias text primary key,
  room_id text not null references rooms (room_id),
  creator text not null,
  created_ts integer not null
) without rowid;
create index room_aliases_of_room on room_aliases (room_id);

-- What a list of rooms shows of each, kept true to the current state: looking it up in the state would read ten events a room.
create table room_summaries (
  room_id text primary key references rooms (room_id),
  -- 1 when the room is in the published directory.
  is_published integer not null default 0,
  joined_members integer not null default 0,
  room_type text,
  name text,
  topic text,
  avatar_url text,
  canonical_alias text,
  join_rule text,
  guest_access text,
  history_visibility text,
  encryption text,
  -- Name, topic and alias in lower case: what a search looks through.
  search_text text not null default ''
);
create index published_rooms on room_summaries (joined_members desc, room_id) where is_published = 1;
