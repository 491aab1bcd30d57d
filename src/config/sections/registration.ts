import { mapping, optional, record, section } from '../mappings.ts';
import { choice, flag, link, text, webAddress } from '../values.ts';

const terms = mapping(
  {
    version: text({ description: 'Kept with each account, so that it is known what its owner accepted.', example: '1.0' }),
    policies: record(record(mapping({ name: text(), url: link() }), {}), {
      description: 'Each document, by a name of your choice, in one or more languages.',
      example: { privacy_policy: { en: { name: 'Privacy policy', url: 'https://example.org/privacy-1.0.html' } } },
    }),
  },
  { description: 'Documents that everybody has to accept who makes an account.' },
);

const captcha = mapping(
  {
    site_key: text({ description: 'The public key for your site.', example: 'site key' }),
    secret: text({ description: 'The secret that belongs to it.', example: 'secret' }),
    verify_url: webAddress({
      default: 'https://www.recaptcha.net/recaptcha/api/siteverify',
      description: 'Where answers are verified.',
    }),
  },
  { description: 'Makes whoever registers show that they are no robot (reCAPTCHA 2).' },
);

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
    requires_email: flag({
      default: false,
      description: 'Whether an account needs a mail address. Where there is a section mail, everybody may give one.',
    }),
    terms: optional(terms),
    captcha: optional(captcha),
  },
  { description: 'How accounts come to be.' },
);
