import { section } from '../mappings.ts';
import { choice } from '../values.ts';

export const passwords = section(
  {
    cost: choice(['standard', 'test'], {
      default: 'standard',
      description: 'How much work it takes to try a password. "test" is nearly none: for tests only, never for real accounts.',
    }),
  },
  { description: 'How passwords are kept (as argon2id hashes).' },
);
