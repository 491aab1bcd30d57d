import { list, section } from '../mappings.ts';
import { network, paths } from '../values.ts';

export const outgoing = section(
  {
    extra_ca: paths({
      default: [],
      description: 'A file, or a list of files, with certificates (PEM) of authorities to trust besides the well-known ones.',
    }),
    allow_addresses: list(network(), {
      default: [],
      description:
        'Networks and addresses that requests may go to although they are private. All private ones are refused otherwise, so that nobody can use this server to reach into its own network.',
    }),
  },
  { description: 'Requests that leave the server: pushes, previews of links, identity servers, modules, other servers.' },
);
