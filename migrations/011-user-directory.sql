-- The words by which local users are found, each with a space before it.
create table user_directory (
  user_id text primary key references users (user_id),
  search_text text not null
) without rowid;
