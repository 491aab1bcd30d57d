import { optional } from '../mappings.ts';
import { flag, path, serverName, webAddress } from '../values.ts';

/** The keys at the top of the configuration. */
export const server = {
  server_name: serverName({
    description:
      'The name of this server: what stands after the colon in its user ids, @alice:example.org. It can never be changed once there are users or rooms, as it is part of their ids.',
    example: 'localhost',
  }),
  data_dir: path({
    default: './data',
    description: 'The folder for everything that the server keeps: database, media, signing key. Nobody else should be able to read it.',
  }),
  public_baseurl: optional(
    webAddress({
      description:
        'The address under which clients reach this server. It is told to clients that look for the server by its name (.well-known/matrix/client); without it they are told nothing.',
      example: 'https://matrix.example.org',
    }),
  ),
  admin_page: flag({
    default: true,
    description: 'Whether the page for admins is served at /_plexus/admin. A reverse proxy should not pass on /_plexus/admin to the public.',
  }),
};
