import { expect } from 'chai';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { sampleRequest } from '../support/sample-request.ts';

/** What may be asked about another user, and why. */
const ABOUT_OTHERS: Readonly<Record<string, string>> = {
  'GET /_matrix/client/v3/presence/:userId/status': 'presence is for those who share a room',
  'POST /_matrix/client/v3/users/:userId/report': 'that is what reports are for',
};

const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;
const aboutUsers = ENDPOINTS.filter(({ auth, path }) => auth === 'user' && path.includes(':userId'));

describe('every endpoint about a user, or for administrators,', () => {
  let server: TestServer;
  let alice: TestUser;
  let mallory: TestUser;
  let room: string;
  before(async () => {
    server = await boot();
    [alice, mallory] = [await server.user('alice'), await server.user('mallory')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await mallory.join(room);
  });
  after(() => server.close());

  it('is tried', () => {
    expect(aboutUsers.length).to.be.greaterThan(10);
    expect(aboutUsers.map(nameOf)).to.include.members(Object.keys(ABOUT_OTHERS));
  });

  for (const endpoint of aboutUsers.filter((each) => !(nameOf(each) in ABOUT_OTHERS))) {
    it(`is closed to others: ${nameOf(endpoint)}`, async () => {
      const { method, path, body } = sampleRequest(endpoint, { userId: alice.userId, roomId: room });
      await expectError(mallory.request(method, path, body), 403, 'M_FORBIDDEN');
    });
  }

  for (const endpoint of ENDPOINTS.filter(({ auth }) => auth === 'admin')) {
    it(`is closed to who is no administrator: ${nameOf(endpoint)}`, async () => {
      const { method, path, body } = sampleRequest(endpoint, { userId: mallory.userId });
      await expectError(mallory.request(method, path, body), 403, 'M_FORBIDDEN');
    });
  }
});
