-- How users came out of rooms of which nothing else is left, for their devices that have not heard of it.
create table purged_memberships (
  user_id text not null,
  room_id text not null,
  version text not null,
  -- leave or ban.
  membership text not null,
  -- The event that made it so, and its position.
  event_id text not null,
  pos integer not null,
  sender text not null,
  origin_server_ts integer not null,
  purged_ts integer not null,
  primary key (user_id, room_id)
) without rowid;
create index purged_memberships_by_position on purged_memberships (user_id, pos);
