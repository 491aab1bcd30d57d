import { list } from '../mappings.ts';
import { path } from '../values.ts';

export const appServices = list(path({}), {
  default: [],
  description: 'The registration files (YAML) of application services: bridges and bots that act for many users.',
  example: ['./bridges/irc.yaml'],
});
