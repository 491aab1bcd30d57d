-- Up to where the words of events are in event_search. They follow in the background, and before a search is answered.
create table search_cursor (
  position integer not null
);
insert into search_cursor (position) select position from stream;
