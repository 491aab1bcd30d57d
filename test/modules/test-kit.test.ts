import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineModule, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, RequestFailed, timelineOf } from '../../src/testing/index.ts';

const root = resolve(import.meta.dirname, '../../..');

class NoRooms {
  constructor(config: { blocked: string }, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({ user_may_create_room: (userId) => userId !== config.blocked });
  }
}
const nobodysRooms = defineModule({
  name: 'nobodys-rooms',
  setup: (api) => api.registerSpamCheckerCallbacks({ user_may_create_room: () => false }),
});

describe('the test kit', () => {
  describe('takes as a module', () => {
    const refusesBob = async (module: unknown, config = {}): Promise<void> => {
      const server = await boot({ modules: [{ module, config }] });
      const bob = await server.user('bob');
      const refused = await expectError(bob.createRoom(), 403, 'M_FORBIDDEN');
      expect(refused).to.be.instanceOf(RequestFailed);
      await server.close();
    };
    it('a class', () => refusesBob(NoRooms, { blocked: '@bob:localhost' }));
    it('a definition', () => refusesBob(nobodysRooms));
    it('a bundled one', () => refusesBob('plexus:demo', { blocked: ['@bob:localhost'] }));
    it('a file', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'plexus-kit-'));
      const file = join(folder, 'file.mjs');
      writeFileSync(
        file,
        'export default class { constructor(_, api) { api.registerSpamCheckerCallbacks({ user_may_create_room: () => false }); } }',
      );
      await refusesBob(file);
      rmSync(folder, { recursive: true });
    });
    it('nothing that is none', async () => {
      const refused = await boot({
        modules: [
          {
            module: class {
              constructor(_: object, api: ModuleApi) {
                api.registerSpamCheckerCallbacks({ user_may_creat_room: () => true } as object);
              }
            },
          },
        ],
      }).catch((error: unknown) => error);
      expect(String(refused)).to.contain('did you mean user_may_create_room?');
    });
  });

  it('fails where a refusal is expected and none comes, or another', async () => {
    const server = await boot();
    const alice = await server.user('alice');
    const failure = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'no failure',
        (error: Error) => error.message,
      );
    expect(await failure(expectError(alice.createRoom(), 403))).to.match(/^Expected a refusal \(403 \), but the request succeeded/);
    expect(await failure(expectError(alice.join('!no:where'), 403, 'M_FORBIDDEN'))).to.match(/^Expected 403 M_FORBIDDEN, but POST .* answered 404/);
    expect(await failure(expectError(Promise.reject(new Error('Not a refusal')), 403))).to.equal('Not a refusal');
    expect(await failure(server.advance(1))).to.contain("clock: 'fake'");
    await server.close();
  });

  it('waits for every queue', async () => {
    const server = await boot({ clock: 'fake' });
    const alice = await server.user('alice');
    const rooms = [await alice.createRoom(), await alice.createRoom()];
    await alice.request('PUT', `/_matrix/client/v3/profile/${alice.userId}/displayname`, { displayname: 'Alice' });
    await server.idle();
    for (const room of rooms) expect(await alice.getState(room, 'm.room.member', alice.userId)).to.include({ displayname: 'Alice' });
    const reply = await alice.sync({ timeout: '0' });
    expect(timelineOf(reply, rooms[0] ?? '').at(-1)?.state_key).to.equal(alice.userId);
    expect(timelineOf(reply, '!no:where')).to.deep.equal([]);
    await server.close();
  });

  it('leaves nothing behind in the folder for temporary files', async () => {
    const { TMPDIR: usual } = process.env;
    // A folder of its own, since other processes use the usual one meanwhile.
    const folder = mkdtempSync(join(tmpdir(), 'plexus-kit-'));
    process.env['TMPDIR'] = folder;
    try {
      const server = await boot();
      expect(readdirSync(folder)).to.have.length(1);
      await server.close();
      expect(readdirSync(folder)).to.deep.equal([]);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves nothing open: a process that has closed its servers ends by itself, whatever was under way', () => {
    const program = `
      import { boot } from ${JSON.stringify(pathToFileURL(join(root, 'build/src/testing/index.js')).href)};
      for (const clock of ['system', 'fake']) {
        const server = await boot({ clock });
        const alice = await server.user('alice');
        const room = await alice.createRoom();
        const { next_batch: since } = await alice.sync();
        const waiting = alice.sync({ since, timeout: '60000' });
        await alice.request('PUT', '/_matrix/client/v3/rooms/' + encodeURIComponent(room) + '/typing/' + alice.userId, { typing: true, timeout: 60000 });
        await alice.request('PUT', '/_matrix/client/v3/presence/' + alice.userId + '/status', { presence: 'online' });
        await waiting;
        const again = alice.sync({ since, timeout: '60000' }).catch(() => 'cut off before the server saw it');
        await server.close();
        await again;
      }
      process.exitCode = 7;
    `;
    const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 15_000 });
    expect([status, signal, stderr]).to.deep.equal([7, null, '']);
  }).timeout(20_000);
});
