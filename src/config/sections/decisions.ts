import { section } from '../mappings.ts';
import { duration, flag, wholeNumber } from '../values.ts';

export const decisions = section(
  {
    keep: duration({ default: '30d', description: 'For how long they are kept.' }),
    max_entries: wholeNumber(100, 100_000_000, { default: 1_000_000, description: 'How many are kept at most; the oldest go first.' }),
    tell_incidents: flag({
      default: false,
      description: 'Whether who is refused by a module is told the id of the incident (org.plexus.incident), by which it can be looked up.',
    }),
  },
  {
    description:
      'The decision trail: what modules refused, replaced or failed at, for whom and about what. What people write is not in it. `plexus explain <event or incident id>` shows it.',
  },
);
