-- The room in which a user gets the notices of this server.
create table server_notice_rooms (
  user_id text primary key,
  room_id text not null
) without rowid;
create unique index server_notice_rooms_by_room on server_notice_rooms (room_id);
