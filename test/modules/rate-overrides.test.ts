import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { clientOf } from '../api/client.ts';
import { v3 } from '../api/v3.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { certificateFile } from '../support/tls-certificate.ts';
import { moduleWith } from './module-with.ts';

type Override = { perSecond: number; burstCount: number } | null | undefined;

/** At most two at once. */
const RATE = { per_second: 1 / 60, burst: 2 };

describe('get_ratelimit_override_for_user', () => {
  const certificate = certificateFile();
  let server: TestServer;
  let alice: TestUser;
  let asked: (readonly string[])[];
  let answer: (userId: string, limiter: string) => Override;
  const start = async (limits: Json): Promise<void> => {
    asked = [];
    answer = () => undefined;
    const module = moduleWith((api) =>
      api.registerRatelimitCallbacks({
        get_ratelimit_override_for_user(...args) {
          asked.push(args);
          return answer(...args);
        },
      }),
    );
    const outgoing = { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] };
    server = await boot({ clock: 'fake', modules: [{ module }], config: { rate_limits: limits, outgoing } });
    alice = await server.user('alice');
  };
  afterEach(() => server.close());
  after(() => certificate.remove());

  const whoami = (user = alice): Promise<Json> => user.request('GET', v3('account', 'whoami'));
  /** How many requests get through before one is refused. */
  const burst = async (request: () => Promise<unknown>, most = 10): Promise<number> => {
    for (let count = 0; count < most; count++) {
      const failed = await request().then(
        () => false,
        () => true,
      );
      if (failed) return count;
    }
    return most;
  };

  it('gives users another rate, or none, and leaves others to the configuration', async () => {
    await start({ enabled: true, general: RATE });
    answer = (userId) => ({ '@alice:localhost': { perSecond: 1, burstCount: 5 }, '@bob:localhost': { perSecond: 0, burstCount: 0 } })[userId] ?? null;
    expect(await burst(() => whoami())).to.equal(5);
    const refused = await expectError(whoami(), 429, 'M_LIMIT_EXCEEDED');
    expect(refused.body['retry_after_ms']).to.equal(1000);
    await server.advance(1000);
    expect(await burst(() => whoami())).to.equal(1);
    const [bob, carol] = [await server.user('bob'), await server.user('carol')];
    expect(await burst(() => whoami(bob))).to.equal(10);
    expect(await burst(() => whoami(carol))).to.equal(2);
  });

  it('is asked by the class of the request, and not of those who have no account', async () => {
    await start({ enabled: true, general: RATE });
    const room = await alice.createRoom();
    await alice.send(room, 'hi');
    await alice.sync({ timeout: '0' });
    await whoami();
    await server.request('GET', v3('profile', alice.userId)).catch(() => undefined);
    expect(asked).to.deep.equal(['room_admin', 'message', 'sync', 'general'].map((limiter) => [alice.userId, limiter]));
  });

  it('says how many addresses may be invited to a new room', async () => {
    await start({ enabled: true, invite: RATE });
    const identity = await TestIdentityServer.start();
    answer = (_user, limiter) => (limiter === 'invite' ? { perSecond: 1, burstCount: 3 } : undefined);
    const byMail = (address: string): Json => ({
      medium: 'email',
      address,
      id_server: identity.name,
      id_access_token: identity.tokenOf(alice.userId),
    });
    await alice.createRoom({ invite_3pid: ['a@b.c', 'd@e.f', 'g@h.i'].map(byMail) });
    await expectError(alice.createRoom({ invite_3pid: [byMail('j@k.l')] }), 429, 'M_LIMIT_EXCEEDED');
    await identity.close();
  });

  it('does not lift what protects passwords from being guessed', async () => {
    await start({ enabled: true, login: RATE });
    answer = () => ({ perSecond: 0, burstCount: 0 });
    await server.user('bob');
    const { logIn } = clientOf(() => server);
    expect(await burst(() => logIn('bob', 'wrong').catch((error: { status: number }) => expect(error.status).to.equal(403)))).to.be.at.most(2);
  });

  it('is not asked where there are no limits', async () => {
    await start({ enabled: false });
    await whoami();
    expect(asked).to.deep.equal([]);
  });

  it('denies where the module fails', async () => {
    await start({ enabled: true });
    answer = () => ({ perSecond: -1 }) as never;
    await expectError(whoami(), 500, 'M_UNKNOWN');
  });
});
