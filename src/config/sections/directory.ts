import { section } from '../mappings.ts';
import { choice, flag } from '../values.ts';

export const directory = section(
  {
    public_rooms_without_login: flag({ default: false, description: 'Whether the list of public rooms can be read without an account.' }),
    users: choice(['sharing', 'all', 'nobody'], {
      default: 'sharing',
      description: 'Whom a search for people finds: those who share a room with the searcher or are in a public room (sharing), all, or nobody.',
    }),
    show_locked_users: flag({ default: false, description: 'Whether a search for people also finds accounts that are locked.' }),
  },
  { description: 'What can be looked up.' },
);
