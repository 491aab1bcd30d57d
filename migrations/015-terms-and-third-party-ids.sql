-- Which version of the terms a user has accepted, and when.
create table accepted_terms (
  user_id text not null references users (user_id),
  version text not null,
  accepted_ts integer not null,
  primary key (user_id, version)
) without rowid;
