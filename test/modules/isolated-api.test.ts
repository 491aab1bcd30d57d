import { expect } from 'chai';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { PROBES } from './every-member.ts';

const FILE = fileURLToPath(new URL('every-member.js', import.meta.url));

/** A server with the module that tries every member of the API. */
interface Probed {
  readonly server: TestServer;
  readonly alice: TestUser;
  readonly room: string;
  readonly folder: string;
}

describe('the API of a module in a thread of its own', () => {
  let elsewhere: OtherServer;
  let here: Probed, there: Probed;

  async function started(isolation: 'none' | 'worker'): Promise<Probed> {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-every-'));
    writeFileSync(join(folder, 'probe.html'), '<b>{{ name }}</b>');
    const module = { module: FILE, name: 'every', isolation, config: { folder, elsewhere: elsewhere.url }, quota: { bytes: '100KiB' } };
    const config = { outgoing: { allow_addresses: ['127.0.0.0/8'] }, public_baseurl: 'https://matrix.example.org' };
    const server = await boot({ modules: [module], record: true, config });
    const alice = await server.user('alice');
    return { server, alice, room: await alice.createRoom({ name: 'Room' }), folder };
  }

  before(async () => {
    elsewhere = await otherServer((request, response) => {
      const { method, url, headers } = request;
      response.writeHead(url === '/gone' ? 410 : 200, { 'content-type': 'application/json' });
      void text(request).then((body) => response.end(JSON.stringify({ method, url, own: headers['x-own'], type: headers['content-type'], body })));
    });
    [here, there] = await Promise.all([started('none'), started('worker')]);
  });
  after(async () => {
    for (const { server, folder } of [here, there]) {
      await server.close();
      expect(existsSync(join(folder, 'ended'))).to.equal(true);
      rmSync(folder, { recursive: true });
    }
    await elsewhere.close();
  });

  const tried = async ({ alice, room }: Probed, member: string): Promise<unknown> =>
    ((await alice.request('POST', '/_synapse/client/probe', { member, alice: alice.userId, room })) as { result: unknown }).result;

  for (const member of Object.keys(PROBES)) {
    it(`has ${member}, which does the same as in the server’s thread`, async () => {
      expect(await tried(there, member)).to.deep.equal(await tried(here, member));
    });
  }

  it('writes what it logs as it is, with all fields', () => {
    const lines = ({ server }: Probed): readonly object[] =>
      server.logged
        .filter(({ fields, text }) => fields['module'] === 'every' && text.startsWith('probed'))
        .map(({ level, fields, text }) => ({ level, text, ...fields, error: String(fields['error']) }));
    const [first, second, odd, last] = lines(there);
    expect(first).to.deep.include({ level: 'info', count: 3, deep: { list: [1, null, 'two'] }, flag: false, error: 'RangeError: far' });
    expect(second).to.deep.include({ level: 'warn', part: 'child', deeper: 1, count: 4 });
    expect(odd)
      .to.have.property('circle')
      .that.matches(/Circular/);
    expect(last).to.include({ level: 'debug', text: 'probed last' });
    expect(JSON.stringify([first, second, last])).to.equal(JSON.stringify([0, 1, 3].map((index) => lines(here)[index])));
  });

  it('counts into the server’s metrics', async () => {
    const numbers = async ({ server }: Probed): Promise<readonly string[]> => {
      const page = await (await server.fetch('/_synapse/metrics')).text();
      return page.split('\n').filter((line) => line.startsWith('plexus_module_every_probed'));
    };
    expect(await numbers(there)).to.deep.equal(await numbers(here));
    expect(await numbers(there)).to.include('plexus_module_every_probed{kind="once"} 3');
  });
});
