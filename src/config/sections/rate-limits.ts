import type { RateLimit } from '../../kernel/endpoint.ts';
import type { Kind } from '../kind.ts';
import { section } from '../mappings.ts';
import { flag, positiveNumber, wholeNumber } from '../values.ts';

export type RateLimitClass = Exclude<RateLimit, 'none'>;

/** At most `burst` at once, then `per_second` in each second. */
export interface Rate {
  readonly per_second: number;
  readonly burst: number;
}

const rate = (per_second: number, burst: number, description: string): Kind<Rate> =>
  section(
    { per_second: positiveNumber({ default: per_second }), burst: wholeNumber(1, 1_000_000, { default: burst }) },
    { description, inline: true },
  );

const classes = {
  message: rate(5, 50, 'Sending events: messages, reactions, redactions, state. For each user.'),
  login: rate(0.2, 10, 'Attempts to log in. For each address, and for each account.'),
  registration: rate(0.2, 10, 'New accounts and questions whether a name is free. For each address.'),
  mail: rate(0.02, 10, 'Mails that somebody asks for. For each address from where it is asked, and for each recipient.'),
  room_admin: rate(0.5, 20, 'Creating and upgrading rooms, and changing aliases. For each user.'),
  join: rate(0.5, 20, 'Joining and knocking. For each user.'),
  invite: rate(1, 50, 'Invitations. For each user who invites.'),
  media: rate(10, 100, 'Uploads, downloads and thumbnails. For each user, or address where there is no user.'),
  preview: rate(1, 20, 'Previews of links. For each user.'),
  directory: rate(3, 30, 'Searches for rooms and people. For each user, or address where there is no user.'),
  sync: rate(10, 100, 'Asking for news. For each user.'),
  general: rate(50, 300, 'Everything else. For each user, or address where there is no user.'),
} satisfies Record<RateLimitClass, Kind<Rate>>;

export const rateLimits = section(
  { enabled: flag({ default: true, description: 'Whether there are any limits.' }), ...classes },
  {
    description:
      'How often something may be done: burst times at once, then per_second times in each second. Whoever is too fast is told how long to wait (429 M_LIMIT_EXCEEDED).',
  },
);
