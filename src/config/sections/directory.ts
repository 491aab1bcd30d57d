import { section } from '../mappings.ts';
import { choice, flag } from '../values.ts';

export const directory = section(
  {
    public_rooms_without_login: flag({ default: false, description: 'Whether the list of public rooms can be read without an account.' }),
    users: choice(['sharing', 'all'], {
      default: 'sharing',
      description: 'Whom a search for people finds: those who share a room with the searcher or are in a public room (sharing), or all.',
    }),
  },
  { description: 'What can be looked up.' },
);
