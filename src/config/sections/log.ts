import { section } from '../mappings.ts';
import { choice } from '../values.ts';

export const log = section(
  {
    level: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      default: 'info',
      description: 'The least important lines to write.',
    }),
    format: choice(['json', 'text'], { default: 'json', description: 'One JSON object a line, for programs; or text, for people.' }),
  },
  { description: 'What the server writes about its work, to its standard output.' },
);
