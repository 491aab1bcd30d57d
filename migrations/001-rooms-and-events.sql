-- The one line of positions: every change that a client can see takes the next number.
create table stream (
  position integer not null
);
insert into stream (position) values (0);

create table rooms (
  room_id text primary key,
  version text not null,
  -- The state after the newest events; null before the create event.
  state_group integer,
  created_ts integer not null
);

create table events (
  -- Position in the stream; negative for history fetched from other servers.
  pos integer primary key,
  event_id text not null unique,
  room_id text not null references rooms (room_id),
  type text not null,
  state_key text,
  sender text not null,
  origin_server_ts integer not null,
  depth integer not null,
  -- State before the event; the state after it differs in the event's own key only.
  state_before integer,
  -- The state event whose place this one took in the state.
  replaces_state text,
  -- Why the event failed the authorisation rules, null when it passed.
  rejected text,
  -- 1 when only the sender may see it.
  hidden integer not null default 0,
  -- The redaction that took its content away.
  redacted_by text,
  -- The client's request that it came of: https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers
  txn_device text,
  txn_path text,
  txn_id text,
  -- The wire form; in the redacted form once redacted, so that no road can leak what is gone.
  pdu text not null
);
create index events_of_room on events (room_id, pos);
create index events_by_time on events (room_id, origin_server_ts);
-- How a key of a room's state came to be what it is.
create index state_history on events (room_id, type, state_key, pos) where state_key is not null;
create unique index events_by_request on events (sender, txn_device, txn_id, txn_path) where txn_id is not null;
create index member_events_of_user on events (state_key, pos) where type = 'm.room.member';

create table forward_extremities (
  room_id text not null,
  event_id text not null,
  primary key (room_id, event_id)
) without rowid;

-- State is stored as skip deltas: the n-th state of a room holds the changes against the state whose number is n with its lowest
-- bit cleared, so that looking one key up takes at most log2(n) steps and n changes take about n*log2(n)/2 rows.
create table state_keys (
  key_id integer primary key,
  type text not null,
  state_key text not null,
  unique (type, state_key)
);
create table state_groups (
  group_id integer primary key,
  room_id text not null,
  generation integer not null,
  -- The group that comes directly before, and the group that the rows in state_changes are relative to.
  previous_id integer,
  base_id integer
);
create table state_changes (
  group_id integer not null,
  key_id integer not null,
  event_id text not null,
  primary key (group_id, key_id)
) without rowid;

create table current_state (
  room_id text not null,
  type text not null,
  state_key text not null,
  event_id text not null,
  primary key (room_id, type, state_key)
) without rowid;

-- Every change of current state with its position: what /sync tells of a gap.
create table current_state_changes (
  pos integer not null,
  room_id text not null,
  type text not null,
  state_key text not null,
  event_id text not null,
  -- What stood there before; with it the state at any earlier position is the present state with the later changes undone.
  previous_id text,
  primary key (room_id, pos, type, state_key)
) without rowid;

create table memberships (
  user_id text not null,
  room_id text not null,
  membership text not null,
  sender text not null,
  event_id text not null,
  pos integer not null,
  -- Where the user last joined and last ceased to be joined; unlike pos, a change of the profile does not move them.
  joined_pos integer,
  left_pos integer,
  display_name text,
  avatar_url text,
  forgotten integer not null default 0,
  primary key (user_id, room_id)
) without rowid;
create index memberships_of_room on memberships (room_id, membership);

create table relations (
  event_id text primary key,
  room_id text not null,
  relates_to text not null,
  rel_type text not null,
  aggregation_key text,
  type text not null,
  sender text not null,
  origin_server_ts integer not null,
  pos integer not null,
  -- As in events.
  hidden integer not null
) without rowid;
create index relations_of_event on relations (relates_to, rel_type, room_id, pos, sender, hidden);
create index replacements_by_time on relations (relates_to, room_id, sender, type, origin_server_ts, event_id) where rel_type = 'm.replace';
