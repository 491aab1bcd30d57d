import { section } from '../mappings.ts';
import { flag } from '../values.ts';

export const presence = section(
  { enabled: flag({ default: true, description: 'Without it everybody is offline, and much work is saved on large servers.' }) },
  { description: 'Who is online.' },
);
