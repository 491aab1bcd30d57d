import { expect } from 'chai';
import fc from 'fast-check';
import { Agent } from 'node:http';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { boot, timelineOf, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { hostileRequest, type HostileRequest } from '../support/hostile/requests.ts';
import { sendHostile, type HostileReply } from '../support/hostile/send.ts';
import { makeWorld, type World } from '../support/hostile/world.ts';

/** How many requests each endpoint gets: PLEXUS_HOSTILE_RUNS=1000 for a longer look. A seed repeats a run: PLEXUS_HOSTILE_SEED. */
const RUNS = Number(process.env['PLEXUS_HOSTILE_RUNS'] ?? 12);
const SEED = process.env['PLEXUS_HOSTILE_SEED'];
const PATIENCE = 20_000 + RUNS * 100;

const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;
/** A page for people answers people, not programs. */
const isPage = ({ path }: Endpoint): boolean => /\/(?:fallback|sso)\/|^\/_plexus\/client\/|account_validity\/renew$/.test(path);

/** Another server that had to be asked cannot be reached: a page, an identity server. The own failures are told by other codes. */
const BAD_GATEWAY = 502;

const endsSessions = ({ method, path }: Endpoint): boolean =>
  method !== 'GET' && /\/(?:logout|logout\/all|deactivate|(?:deactivate|reset_password|v2\/users)\/:userId)$/.test(path);

describe('hostile requests', () => {
  let server: TestServer;
  let witness: TestUser;
  let home: string;
  let mailbox: Mailbox;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  before(async () => {
    mailbox = await openMailbox();
    const config = {
      public_baseurl: 'https://matrix.example.org',
      mail: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'Plexus <noreply@example.org>' },
      turn: { uris: ['turn:turn.example.org'], shared_secret: 'for tests only' },
      well_known: { support_page: 'https://example.org/support' },
      url_previews: { enabled: true },
    };
    server = await boot({ config, logLevel: process.env['PLEXUS_HOSTILE_LOG'] ?? 'silent' });
    witness = await server.user('witness');
    home = await witness.createRoom();
  });
  after(async () => {
    agent.destroy();
    await server.close();
    await mailbox.close();
  });

  const expectToWork = async (): Promise<void> => {
    const eventId = await witness.send(home, 'still here');
    await witness.syncUntil((reply) => timelineOf(reply, home).some(({ event_id: id }) => id === eventId));
  };

  const send = (world: World, { standing, ...sending }: HostileRequest): Promise<HostileReply> =>
    sendHostile(server.url, { ...sending, token: world.tokens[standing], agent });

  const expectOrder = (endpoint: Endpoint, { status, headers, text }: HostileReply): void => {
    if (status !== BAD_GATEWAY) expect(status, text).to.be.within(200, 499);
    if (status < 400 && endpoint.reply === 'raw') return;
    if (isPage(endpoint) && headers['content-type']?.includes('text/html') === true) return;
    expect(headers['content-type'], text).to.match(/^application\/json/);
    const reply = JSON.parse(text) as { readonly errcode?: unknown; readonly error?: unknown; readonly flows?: unknown };
    if (status < 400 || (status === 401 && Array.isArray(reply.flows))) return;
    expect(reply.errcode, text).to.match(/^[A-Z]+_[A-Z_]+$/);
    expect(reply.error, text).to.be.a('string').and.not.equal('');
  };

  /** Undefined once it may have been changed: most of the work is to make one, and what is read stays as it was. */
  let unchanged: World | undefined;
  for (const endpoint of ENDPOINTS) {
    it(`never make ${nameOf(endpoint)} fail, nor the server after it`, async function () {
      this.timeout(PATIENCE);
      let world = unchanged ?? (await makeWorld(server));
      unchanged = endpoint.method === 'GET' ? world : undefined;
      await fc.assert(
        fc.asyncProperty(hostileRequest(endpoint, world.known), async (request) => {
          const reply = await send(world, request);
          expectOrder(endpoint, reply);
          // Who logged out, or was closed, cannot show much more.
          if (endsSessions(endpoint) && reply.status < 300) world = await makeWorld(server);
        }),
        { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
      );
      await expectToWork();
    });
  }
});
