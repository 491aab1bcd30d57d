-- What users found inappropriate: https://spec.matrix.org/v1.19/client-server-api/#reporting-content
create table reports (
  report_id integer primary key,
  reporter text not null references users (user_id),
  -- The reported user, or the sender of the reported event.
  user_id text,
  room_id text,
  event_id text,
  reason text,
  -- From -100 (most offensive) to 0, where a client still says so.
  score integer,
  created_ts integer not null
);
