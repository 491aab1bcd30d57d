-- Where notifications are sent: https://spec.matrix.org/v1.19/client-server-api/#push-notifications
create table pushers (
  pusher_id integer primary key,
  user_id text not null references users (user_id),
  -- The device that it was made from, and with which it goes; null where there was none.
  device_id text,
  app_id text not null,
  pushkey text not null,
  kind text not null,
  app_display_name text not null,
  device_display_name text not null,
  profile_tag text,
  lang text not null,
  -- JSON.
  data text not null,
  -- When the pushkey was set.
  pushkey_ts integer not null,
  -- Only later events are pushed.
  since_pos integer not null,
  -- The count of unread messages that the gateway was told last.
  badge integer,
  -- Since when the gateway fails, how often it did, and when it is tried again.
  failures integer not null default 0,
  retry_ts integer not null default 0,
  unique (user_id, app_id, pushkey),
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
);
create index pushers_by_key on pushers (app_id, pushkey);
create index pushers_of_device on pushers (user_id, device_id);

-- What is still to be pushed, in order.
create table push_queue (
  push_id integer primary key,
  pusher_id integer not null references pushers (pusher_id) on delete cascade,
  -- Null for a mere change of the count of unread messages.
  event_pos integer,
  -- JSON: what the push rules said.
  actions text not null,
  created_ts integer not null
);
create index push_queue_of_pusher on push_queue (pusher_id, push_id);

-- Up to where the events were looked at for pushes.
create table push_cursor (
  position integer not null
);
insert into push_cursor (position) values (0);
