-- The words of messages, names and topics, by the position of their events. The texts themselves lie with the events. Words come
-- already made plain (src/core/search/search-tokens.ts), so the simplest tokenizer will do.
create virtual table event_search using fts5 (
  body,
  name,
  topic,
  -- One word that stands for the room.
  room,
  content = '',
  contentless_delete = 1,
  tokenize = 'ascii'
);
