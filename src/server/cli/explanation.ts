import type { RequestTrail, StoredConclusion, StoredDecision } from '../../store/decisions.ts';
import { printable, timeOf, type Colours } from './terminal.ts';

/** The trail of one request in lines for people. */
export function explanationOf(trail: RequestTrail, colours: Colours): readonly string[] {
  const [first] = trail.decisions;
  return [
    `${colours.strong(`Request ${trail.request}`)}${first === undefined ? '' : `, ${timeOf(first.at)} UTC`}`,
    ...trail.conclusions.map((conclusion) => `  ${conclusionLine(conclusion, colours)}`),
    ...trail.events.map((eventId) => `  stored ${printable(eventId)}`),
    ...trail.decisions.flatMap((decision) => decisionLines(decision, colours)).map((line) => `  ${line}`),
  ];
}

function conclusionLine({ operation, actor, outcome, said }: StoredConclusion, colours: Colours): string {
  const end = said === '' ? outcome : `${outcome} (${said})`;
  return `${operation} for ${printable(actor ?? 'the server itself')}: ${outcome === 'done' ? colours.good(end) : colours.bad(end)}`;
}

const isHarmless = ({ outcome, shadow }: StoredDecision): boolean => shadow || outcome === 'allowed';

function decisionLines(decision: StoredDecision, colours: Colours): readonly string[] {
  const { module, callback, outcome, shadow, said, ms, incident } = decision;
  const verdict = `${shadow && outcome !== 'parked' && outcome !== 'allowed' ? 'would have ' : ''}${WORDS[outcome]}${said === '' ? '' : `: ${printable(said)}`}`;
  const facts = [`${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`, ...(incident === undefined ? [] : [`incident ${incident}`])];
  const line = `${colours.strong(printable(module))} ${callback}: ${isHarmless(decision) ? verdict : colours.bad(verdict)} ${colours.faint(`(${facts.join(', ')})`)}`;
  const about = aboutLine(decision);
  return about === '' ? [line] : [line, `  ${colours.faint(`about ${about}`)}`];
}

function aboutLine({ subject }: StoredDecision): string {
  const { roomId, eventId, eventType, userId, alias, fileId, username, medium } = subject;
  const parts = [
    userId,
    username === undefined ? undefined : `the name ${username}`,
    medium === undefined ? undefined : `an address (${medium})`,
    alias,
    fileId === undefined ? undefined : `the file ${fileId}`,
    eventType,
    eventId,
    roomId === undefined ? undefined : `in ${roomId}`,
  ];
  return printable(parts.filter((part) => part !== undefined).join(' '));
}

const WORDS: Readonly<Record<StoredDecision['outcome'], string>> = {
  refused: 'refused',
  replaced: 'replaced',
  answered: 'answered',
  failed: 'failed',
  parked: 'not been asked, as it failed too often',
  allowed: 'allowed',
};
