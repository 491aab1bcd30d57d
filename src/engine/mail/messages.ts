import type { Purpose } from '../../store/validation-sessions.ts';

/** What a mail says. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

const WANTED: Readonly<Record<Purpose, string>> = {
  register: 'make an account with this address',
  password: 'set a new password for your account',
  add: 'add this address to an account',
};

/** What is unread in a room. */
export interface UnreadRoom {
  readonly name: string;
  /** Whether the user is invited, by the one sender. */
  readonly isInvite: boolean;
  readonly count: number;
  readonly senders: readonly string[];
}

/** Characters of a name that others have chosen. */
const MAX_NAME = 80;
const MAX_SENDERS = 5;
const MAX_ROOMS = 20;

/**
 * Says where there is something unread, and from whom. What was said stays out of it: mails can be read on their way, and much is encrypted.
 * @param server the name of this one. @param link where the user stops such mails
 */
export function unreadNotice(user: string, server: string, rooms: readonly UnreadRoom[], link: string): Message {
  const shown = rooms.slice(0, MAX_ROOMS).map(lineOf);
  if (rooms.length > MAX_ROOMS) shown.push(`and more in ${rooms.length - MAX_ROOMS} other rooms`);
  const [first] = rooms;
  const subject = rooms.length === 1 && first !== undefined ? `Unread in ${oneLine(first.name)}` : `Unread in ${rooms.length} rooms`;
  return {
    subject: `${subject} on ${server}`,
    text: `There is something on ${server} that ${user} has not read yet:

${shown.map((line) => `- ${line}`).join('\n')}

You get this mail because you asked for it in your account. To stop such mails, open this page:

${link}
`,
  };
}

function lineOf({ name, isInvite, count, senders }: UnreadRoom): string {
  const some = senders.slice(0, MAX_SENDERS).map(oneLine);
  const others = senders.length - some.length;
  const from = [...some, ...(others > 0 ? [`${others} more`] : [])].join(', ');
  return isInvite ? `${from} invites you to ${oneLine(name)}` : `${oneLine(name)}: ${count === 1 ? 'a message' : `${count} messages`} from ${from}`;
}

const oneLine = (name: string): string => name.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').slice(0, MAX_NAME);

/** @param server the name of this one. @param link where the address is confirmed */
export const confirmation = (purpose: Purpose, server: string, link: string): Message => ({
  subject: `Confirm your address for ${server}`,
  text: `Somebody, hopefully you, wants to ${WANTED[purpose]} on ${server}.

To confirm it, open this page within an hour:

${link}

If it was not you, do nothing.
`,
});

/** Tells what only the owner of the address may know: whether it belongs to an account. */
export const nothingToConfirm = (purpose: Purpose, server: string): Message => ({
  subject: `Your address on ${server}`,
  text: `Somebody, hopefully you, wants to ${WANTED[purpose]} on ${server}.

${
  purpose === 'password'
    ? 'But no account there has this address. Try another of your addresses, or make an account.'
    : 'But an account there has this address already. If you have forgotten its password, ask for a new one.'
}

If it was not you, do nothing.
`,
});
