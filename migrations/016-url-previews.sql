-- What pages say about themselves, for a while.
create table url_previews (
  url text primary key,
  -- JSON, as clients get it.
  preview text not null,
  expires_ts integer not null
) without rowid;
create index url_previews_by_expiry on url_previews (expires_ts);

-- The media that are images of previews: the same image is stored once.
create table url_preview_images (
  sha256 text primary key,
  media_id text not null references media (media_id)
) without rowid;
