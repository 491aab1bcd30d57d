import { loadConfig } from '../../config/config.ts';
import type { EventId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import * as decisions from '../../store/decisions.ts';
import * as events from '../../store/events.ts';
import { CommandFailed } from './command-failed.ts';
import { explanationOf } from './explanation.ts';
import { openStoredData } from './stored-data.ts';
import { coloursFor, printable, timeOf } from './terminal.ts';

/**
 * Prints what modules decided about an event, or in the request of an incident, and what came of it.
 * @param id of an event, an incident or a request
 * @throws CommandFailed, ConfigurationError, DatabaseTooNew
 */
export async function explain(id: string, options: { readonly config: string }): Promise<void> {
  const database = await openStoredData(loadConfig(options.config));
  try {
    const lines = await explanationLines(database, id);
    console.log(lines.join('\n'));
  } finally {
    await database.close();
  }
}

async function explanationLines(reader: Reader, id: string): Promise<readonly string[]> {
  const found = await reader.read(() => (id.startsWith('$') ? decisions.requestsOfEvent(id) : decisions.requestsOfIncident(id)));
  const requests = found.length === 0 && id.includes('-') && !id.startsWith('$') ? [id] : found;
  const lines: string[] = [];
  for (const request of requests) {
    const trail = await reader.read(() => decisions.trailOf(request));
    if (trail.decisions.length > 0) lines.push(...(lines.length > 0 ? [''] : []), ...explanationOf(trail, coloursFor(process.stdout)));
  }
  if (lines.length > 0) return lines;
  if (id.startsWith('$')) return await withoutTrail(reader, id as EventId);
  throw new CommandFailed(
    `The decision trail knows no incident and no request ${printable(id)}. It may be too old, or no module was concerned: then it is in the log.`,
  );
}

async function withoutTrail(reader: Reader, eventId: EventId): Promise<readonly string[]> {
  const stored = await reader.read(() => events.find(eventId));
  if (stored === undefined) {
    throw new CommandFailed(
      `Neither the rooms nor the decision trail know the event ${printable(eventId)}. (A shell takes what follows $ for a variable: put the id in single quotes.)`,
    );
  }
  const { event, hidden, redactedBy } = stored;
  return [
    printable(`${eventId} is a ${event.type} of ${event.sender} in ${event.roomId}, ${timeOf(event.originServerTs)} UTC`),
    ...(hidden ? ['Its sender is shadow-banned: nobody else sees it.'] : []),
    ...(redactedBy === undefined ? [] : [printable(`It was redacted by ${redactedBy}.`)]),
    'The decision trail has nothing about it: no module refused or replaced it or failed, and no trace was on; or it is too long ago.',
  ];
}
