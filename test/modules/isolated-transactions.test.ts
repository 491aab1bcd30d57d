import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { SCENARIOS } from './transactions.ts';

const module = fileURLToPath(new URL('transactions.js', import.meta.url));

/** Keeps a table of its own. */
class Other {
  constructor(_config: object, api: { readonly storage: { migrate(steps: readonly string[]): Promise<void> } }) {
    void api.storage.migrate(['create table {things} (x)']);
  }
}

const started = (more: object): Promise<TestServer> =>
  boot({
    modules: [
      { module, name: 'mine', quota: { bytes: '100KiB' }, ...more },
      { module: Other, name: 'other' },
    ],
  });
const outcome = async (server: TestServer, scenario: string): Promise<unknown> =>
  ((await server.request('POST', '/_synapse/client/transactions', { scenario })) as { result: unknown }).result;

describe('the transactions of a module in a thread of its own', () => {
  let here: TestServer, there: TestServer;
  before(async () => void ([here, there] = await Promise.all([started({}), started({ isolation: 'worker' })])));
  after(() => Promise.all([here.close(), there.close()]));

  for (const scenario of Object.keys(SCENARIOS).filter((name) => !['beginsAnew', 'neverTheSame', 'turns'].includes(name))) {
    it(`come out as in the server’s thread: ${scenario}`, async () => {
      expect(await outcome(there, scenario)).to.deep.equal(await outcome(here, scenario));
    });
  }

  it('begin anew when what they have read has changed', async () => {
    expect(await outcome(there, 'beginsAnew')).to.deep.equal([[0, 1], 1]);
  });

  it('give up on what is never the same', async () => {
    expect(await outcome(there, 'neverTheSame')).to.match(/random: what it reads is another time and again/);
  });

  it('need the permission that the server’s thread asks for', async () => {
    const file = `${module}#Bounded`;
    const server = await boot({ modules: [{ module: file, isolation: 'worker' }] });
    expect(await outcome(server, 'counts')).to.match(/storage: true/);
    await server.close();
  });

  it('hold up nobody while the module computes', async function () {
    this.timeout(30_000);
    const server = await started({ isolation: 'worker', timeout: '100ms' });
    const alice = await server.user('alice');
    const turning = expectError(outcome(server, 'turns'), 500, 'M_UNKNOWN');
    await alice.send(await alice.createRoom(), 'meanwhile');
    await turning;
    await server.close();
  });
});
