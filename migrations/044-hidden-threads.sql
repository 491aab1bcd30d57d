-- What is hidden counts for its sender, who finds their threads where others find theirs: latest_pos is 0 where a thread has nothing else.
insert into threads (room_id, root_id, latest_pos)
  select distinct room_id, relates_to, 0 from relations where rel_type = 'm.thread' and hidden = 1
  on conflict do nothing;
create index hidden_relations_by_sender on relations (room_id, sender) where hidden = 1;
