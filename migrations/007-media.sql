create table media (
  media_id text primary key,
  user_id text not null,
  -- Null while only the id is reserved: https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create
  sha256 text,
  content_type text,
  upload_name text,
  -- Bytes.
  size integer,
  created_ts integer not null,
  -- Until when a reserved id may be filled, ms since the epoch.
  expires_ts integer
) without rowid;
create index media_of_user on media (user_id, created_ts);
create index media_by_content on media (sha256);

create table thumbnails (
  media_id text not null references media (media_id),
  width integer not null,
  height integer not null,
  method text not null,
  animated integer not null,
  content_type text not null,
  size integer not null,
  sha256 text not null,
  primary key (media_id, width, height, method, animated)
) without rowid;
create index thumbnails_by_content on thumbnails (sha256);
