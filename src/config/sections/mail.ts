import { list, mapping, optional } from '../mappings.ts';
import { choice, text, wholeNumber } from '../values.ts';

export const mail = optional(
  mapping(
    {
      host: text({ description: 'The mail server that takes the mails (SMTP).', example: 'smtp.example.org' }),
      port: wholeNumber(1, 65_535, { default: 587, description: 'Its port.' }),
      security: choice(['starttls', 'tls', 'none'], {
        default: 'starttls',
        description:
          'Whether the connection becomes encrypted after it is made (starttls), is from the beginning (tls, often on port 465), or never is.',
      }),
      user: optional(text({ description: 'Where the mail server wants to know who sends.', example: 'plexus' })),
      password: optional(text({ description: 'What that one proves it with.', example: 'secret' })),
      from: text({ description: 'From whom the mails are.', example: 'example.org <noreply@example.org>' }),
      next_link_hosts: list(text(), {
        default: [],
        description:
          'Hosts of web clients to which people are sent on once they have confirmed an address, when their client wants it. To any other they only get a link.',
        example: ['app.example.org'],
      }),
    },
    {
      description:
        'Mails: users can confirm mail addresses, log in with them, get a new password by them, and be told by mail what they have not read. Needs public_baseurl, as the mails hold links.',
    },
  ),
);
