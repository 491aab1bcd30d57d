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
