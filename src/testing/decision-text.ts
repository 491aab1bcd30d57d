import type { Decision } from '../kernel/decisions.ts';

/** Sigils of what is made up anew in each run: events, rooms; and the ids of incidents. */
const MADE_UP = /[$!][A-Za-z0-9_-]{10,}(?::[\w.-]+)?/g;

/**
 * Decisions as a text that is the same in every run, for a snapshot: one a line, in order, with ids numbered and without times.
 * @example refused house-rules check_event_for_spam @bob:localhost send-event !1 $1: M_FORBIDDEN Mind your language
 */
export function decisionText(decisions: readonly Decision[]): string {
  const numbers = new Map<string, string>();
  const numberOf = (id: string): string => {
    const known = numbers.get(id) ?? `${id[0]}${[...numbers.keys()].filter((other) => other.startsWith(id[0] ?? '')).length + 1}`;
    numbers.set(id, known);
    return known;
  };
  return decisions
    .map(({ outcome, module, callback, occasion, subject, said, shadow }) => {
      const about = [subject.userId, subject.roomId, subject.eventId, subject.eventType, subject.alias, subject.fileId, subject.username];
      const words = [shadow ? `(shadow) ${outcome}` : outcome, module, callback, occasion.userId, occasion.operation, ...about];
      const text = `${words.filter((word) => word !== undefined).join(' ')}: ${said}`;
      return text.replace(MADE_UP, numberOf).replaceAll(/incident [0-9a-f]{8}/g, 'incident …');
    })
    .join('\n');
}
