create table filters (
  user_id text not null references users (user_id),
  -- The hash of the definition: the same filter has the same id.
  filter_id text not null,
  -- JSON, as the client sent it.
  definition text not null,
  primary key (user_id, filter_id)
) without rowid;
