-- Devices that nobody is logged in with: they collect messages until a device of the same user reads these for them.
create table dehydrated_devices (
  user_id text primary key,
  device_id text not null,
  -- JSON: what a client needs to become the device; encrypted by the client.
  device_data text not null,
  foreign key (user_id, device_id) references devices (user_id, device_id) on delete cascade
) without rowid;

-- Running totals of each inbox, since it was empty last: its size is the difference between its last and its first message.
alter table to_device_messages add column number integer not null default 0;
alter table to_device_messages add column total_bytes integer not null default 0;
update to_device_messages set number = counted.number, total_bytes = counted.total_bytes
from (
  select user_id, device_id, pos,
    row_number() over (partition by user_id, device_id order by pos) as number,
    sum(octet_length(content)) over (partition by user_id, device_id order by pos) as total_bytes
  from to_device_messages
) as counted
where counted.user_id = to_device_messages.user_id and counted.device_id = to_device_messages.device_id and counted.pos = to_device_messages.pos;
