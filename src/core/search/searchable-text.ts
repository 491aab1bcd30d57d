import type { Event } from '../event.ts';
import { stringAt } from '../json.ts';
import { plainTopic } from '../room-topic.ts';

/** What a search can be restricted to: https://spec.matrix.org/v1.19/client-server-api/#room_events */
export type SearchKey = 'body' | 'name' | 'topic';

export interface SearchableText {
  readonly key: SearchKey;
  readonly text: string;
}

/** What of an event can be found by its words; undefined for events that cannot. */
export function searchableText({ type, stateKey, content }: Event): SearchableText | undefined {
  if (type === 'm.room.message' && stateKey === undefined) return textAt('body', stringAt(content, 'body'));
  if (stateKey !== '') return undefined;
  if (type === 'm.room.name') return textAt('name', stringAt(content, 'name'));
  if (type !== 'm.room.topic') return undefined;
  const texts = new Set([stringAt(content, 'topic') ?? '', plainTopic(content) ?? '']);
  return textAt('topic', [...texts].join('\n').trim());
}

const textAt = (key: SearchKey, text: string | undefined): SearchableText | undefined =>
  text === undefined || text === '' ? undefined : { key, text };
