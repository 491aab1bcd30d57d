import { optional, section } from '../mappings.ts';
import { choice, flag, text } from '../values.ts';

export const registration = section(
  {
    mode: choice(['open', 'token', 'closed'], {
      default: 'closed',
      description: 'Who may make an account: everybody (open), whoever has a registration token (token), or nobody but the admin (closed).',
    }),
    open_to: choice(['loopback', 'everyone'], {
      default: 'loopback',
      description:
        'From where accounts can be made when the mode is open: from this machine only (loopback), or from everywhere. Open registration for everyone attracts spammers within days.',
    }),
    guests: flag({ default: false, description: 'Whether guests, who have no password and few rights, may come in.' }),
    shared_secret: optional(
      text({
        description:
          'Whoever knows this secret can make accounts and admins, even when registration is closed: "plexus register-user" does. Keep it long, random and to yourself.',
        example: 'change me',
      }),
    ),
  },
  { description: 'How accounts come to be.' },
);
