import { list, mapping, optional, section } from '../mappings.ts';
import { choice, text, webAddress } from '../values.ts';

const details = mapping({
  role: choice(['m.role.admin', 'm.role.moderator', 'm.role.security', 'm.role.dpo'], {
    default: 'm.role.admin',
    description: 'What the person is asked about.',
  }),
  matrix_id: optional(text({ description: 'Their Matrix user id.', example: '@admin:example.org' })),
  email_address: optional(text({ description: 'Their mail address.', example: 'admin@example.org' })),
});

/** The specification wants at least one way to reach each contact. */
const contact: typeof details = {
  ...details,
  read(written, path, reading) {
    const read = details.read(written, path, reading);
    if (read && !read.matrix_id && !read.email_address) return reading.refuse(path, 'needs a matrix_id or an email_address');
    return read;
  },
};

export const wellKnown = section(
  {
    contacts: list(contact, {
      default: [],
      description: 'The people who can be asked about this server. Each needs a matrix_id or an email_address.',
      example: [{ role: 'm.role.admin', matrix_id: '@admin:example.org', email_address: 'admin@example.org' }],
    }),
    support_page: optional(webAddress({ description: 'A page that helps its users.', example: 'https://example.org/support' })),
  },
  { description: 'What .well-known/matrix/support tells about those who run the server.' },
);
