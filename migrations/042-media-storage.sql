-- Where modules keep media besides the media folder: one row, and none where no module does.
create table media_storage (
  -- Which storage it is, as its modules name it. When it is another one, everything has to be copied once more.
  id text not null,
  -- In the order of their hashes the files up to this one have a row below; null when all have one.
  taken_up_to text
);

-- Files of the media folder that are to be copied into the storage or were, or that are to be deleted in both.
create table media_copies (
  sha256 text primary key,
  -- Bytes.
  size integer not null,
  -- 0 when nothing refers to the file any more.
  is_wanted integer not null,
  -- When the storage had it, ms since the epoch; null as long as that is not known.
  stored_ts integer,
  -- 0 when the media folder does not have it any more.
  is_local integer not null,
  -- Grows whenever somebody needs the copy in the media folder, ms since the epoch.
  used_ts integer not null,
  -- How often copying or deleting has failed in a row, and before when it is not tried again (ms since the epoch).
  failures integer not null,
  retry_ts integer not null
) without rowid;
create index media_copies_to_do on media_copies (retry_ts) where stored_ts is null or is_wanted = 0;
create index media_copies_here on media_copies (used_ts, size) where is_local = 1;
