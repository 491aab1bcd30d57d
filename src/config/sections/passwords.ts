import { section } from '../mappings.ts';
import { choice, flag } from '../values.ts';

export const passwords = section(
  {
    enabled: flag({
      default: true,
      description:
        'Whether the passwords that this server keeps open accounts. Without them, modules can still take passwords (m.login.password) and other login types.',
    }),
    cost: choice(['standard', 'test'], {
      default: 'standard',
      description: 'How much work it takes to try a password. "test" is nearly none: for tests only, never for real accounts.',
    }),
  },
  { description: 'How passwords are kept (as argon2id hashes).' },
);
