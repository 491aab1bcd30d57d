-- Tables that modules have made, and whose each is.
create table module_tables (
  -- In lower case.
  table_name text primary key,
  -- What the module is called in the configuration.
  module text not null
) without rowid;
create index module_tables_of_module on module_tables (module);

-- The steps by which a module has made its tables what they are.
create table module_migrations (
  module text not null,
  -- From 1 on.
  step integer not null,
  -- SHA-256 of its text.
  hash text not null,
  primary key (module, step)
) without rowid;

-- How much each module keeps by key.
create table module_usage (
  module text primary key,
  entries integer not null,
  -- Of keys and values.
  bytes integer not null
) without rowid;
insert into module_usage (module, entries, bytes)
  select module, count(*), sum(length(cast(key as blob)) + length(cast(value as blob))) from module_store group by module;
