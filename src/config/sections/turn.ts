import { list, optional, section } from '../mappings.ts';
import { duration, flag, text, turnAddress } from '../values.ts';

const keys = section(
  {
    uris: list(turnAddress(), {
      default: [],
      description: 'The addresses of the TURN server; without one, calls work only between those who can reach each other directly.',
      example: ['turn:turn.example.org?transport=udp', 'turn:turn.example.org?transport=tcp'],
    }),
    shared_secret: optional(
      text({
        description: 'The secret that the TURN server shares with this one ("static-auth-secret" of coturn): each user gets a password of their own.',
        example: 'change me',
      }),
    ),
    username: optional(text({ description: 'Where there is no shared secret: the name that everybody uses.', example: 'matrix' })),
    password: optional(text({ description: 'And the password to it.', example: 'change me' })),
    user_lifetime: duration({ default: '1h', description: 'For how long a password is good.' }),
    allow_guests: flag({ default: false, description: 'Whether guests may use the TURN server.' }),
  },
  { description: 'A server that relays calls (TURN) where the parties cannot reach each other.' },
);

/** What makes the addresses usable. */
export const turn: typeof keys = {
  ...keys,
  read(written, path, reading) {
    const read = keys.read(written, path, reading);
    if (read === undefined || read.uris.length === 0 || read.shared_secret !== undefined) return read;
    if (read.username !== undefined && read.password !== undefined) return read;
    return reading.refuse(path, 'needs a shared_secret, or a username and a password, for its uris');
  },
};
