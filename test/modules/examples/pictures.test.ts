import { boot, expectError } from 'plexus/testing';
import Pictures from './pictures.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64');

describe('Pictures', () => {
  it('are taken, other files are not', async () => {
    const server = await boot({ modules: [{ module: Pictures }] });
    const [alice, guest] = [await server.user('alice'), await server.user('guest-bob')];
    await alice.upload(PNG, 'image/png');
    await expectError(alice.upload('a letter', 'image/png'), 403, 'M_FORBIDDEN');
    await guest.upload(PNG, 'image/png');
    await expectError(guest.upload(new Uint8Array(100_000), 'image/png'), 413, 'M_TOO_LARGE');
    await server.close();
  });
});
