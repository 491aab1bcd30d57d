-- What modules keep by key (api.store).
create table module_store (
  -- What the module is called in the configuration.
  module text not null,
  key text not null,
  -- JSON.
  value text not null,
  primary key (module, key)
) without rowid;
