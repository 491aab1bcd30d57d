-- The decision trail: what modules answered that had, or would have had, an effect.
create table decisions (
  -- In the order in which they were stored.
  decision_id integer primary key,
  ts integer not null,
  -- What all questions of one request have in common.
  request text not null,
  operation text not null,
  -- On whose behalf; null for what the server does of its own accord.
  actor text,
  module text not null,
  callback text not null,
  outcome text not null,
  -- 1 when nothing came of it, as the module was only on trial.
  shadow integer not null,
  said text not null,
  ms real not null,
  incident text,
  room_id text,
  event_id text,
  -- JSON: what it was about.
  subject text not null
);
create index decisions_by_time on decisions (ts);
create index decisions_of_request on decisions (request);
create index decisions_of_module on decisions (module, decision_id);
create index decisions_of_room on decisions (room_id, decision_id) where room_id is not null;
create index decisions_of_event on decisions (event_id) where event_id is not null;
create index decisions_by_incident on decisions (incident) where incident is not null;

-- Whom a decision concerns: on whose behalf, and about whom, the module was asked.
create table decision_users (
  user_id text not null,
  decision_id integer not null,
  primary key (user_id, decision_id)
) without rowid;
create index users_of_decision on decision_users (decision_id);

-- What came of the operations about which there are decisions.
create table decision_conclusions (
  conclusion_id integer primary key,
  ts integer not null,
  request text not null,
  operation text not null,
  actor text,
  outcome text not null,
  said text not null
);
create index conclusions_of_request on decision_conclusions (request);
create index conclusions_by_time on decision_conclusions (ts);

-- The events that these operations stored.
create table decision_events (
  event_id text not null,
  request text not null,
  ts integer not null,
  primary key (event_id, request)
) without rowid;
create index decision_events_of_request on decision_events (request);
create index decision_events_by_time on decision_events (ts);

-- For whom or what plain allows are noted, too, and until when.
create table decision_traces (
  trace_id integer primary key,
  kind text not null,
  value text not null,
  created_by text not null,
  created_ts integer not null,
  until_ts integer not null
);
