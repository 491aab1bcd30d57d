import { expect } from 'chai';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { RouteTable } from '../../src/http/route-table.ts';
import { CONTRACT } from '../../src/kernel/contract.ts';
import type { ContractLine } from '../../src/kernel/contract/line.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { sampleRequest, type SampleRequest } from '../support/sample-request.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#guest-access */
const GUESTS_MAY: ReadonlySet<string> = new Set([
  'GET /_matrix/client/v3/rooms/:roomId/state',
  'GET /_matrix/client/v3/rooms/:roomId/context/:eventId',
  'GET /_matrix/client/v3/rooms/:roomId/event/:eventId',
  'GET /_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  'GET /_matrix/client/v3/rooms/:roomId/messages',
  'GET /_matrix/client/v3/rooms/:roomId/members',
  'GET /_matrix/client/v3/rooms/:roomId/initialSync',
  'GET /_matrix/client/v3/sync',
  'GET /_matrix/client/v3/events',
  'GET /_matrix/client/v1/media/download/:serverName/:mediaId',
  'GET /_matrix/client/v1/media/download/:serverName/:mediaId/:fileName',
  'GET /_matrix/client/v1/media/thumbnail/:serverName/:mediaId',
  'POST /_matrix/client/v3/rooms/:roomId/join',
  'POST /_matrix/client/v3/rooms/:roomId/leave',
  'PUT /_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId',
  'PUT /_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  'PUT /_matrix/client/v3/sendToDevice/:eventType/:txnId',
  'PUT /_matrix/client/v3/profile/:userId/:keyName',
  'DELETE /_matrix/client/v3/profile/:userId/:keyName',
  'GET /_matrix/client/v3/devices',
  'GET /_matrix/client/v3/devices/:deviceId',
  'PUT /_matrix/client/v3/devices/:deviceId',
  'GET /_matrix/client/v3/account/whoami',
  'POST /_matrix/client/v3/keys/upload',
  'POST /_matrix/client/v3/keys/query',
  'POST /_matrix/client/v3/keys/claim',
  // The same with an empty state key, and with an id in the place of an alias.
  'GET /_matrix/client/v3/rooms/:roomId/state/:eventType',
  'PUT /_matrix/client/v3/rooms/:roomId/state/:eventType',
  'POST /_matrix/client/v3/join/:roomIdOrAlias',
  // Where the same files were before: guests are no worse off there than strangers may be.
  'GET /_matrix/media/v3/download/:serverName/:mediaId',
  'GET /_matrix/media/v3/download/:serverName/:mediaId/:fileName',
  'GET /_matrix/media/v3/thumbnail/:serverName/:mediaId',
  // Not in the list of the specification, which has no way for a guest to go, nor to look for a room to join.
  'POST /_matrix/client/v3/logout',
  'POST /_matrix/client/v3/logout/all',
  'GET /_matrix/client/v3/publicRooms',
  'POST /_matrix/client/v3/publicRooms',
  'GET /_matrix/client/v3/voip/turnServer',
  'GET /_matrix/client/v1/room_summary/:roomIdOrAlias',
  'GET /_matrix/client/unstable/im.nheko.summary/summary/:roomIdOrAlias',
]);

/** What anybody may ask about a room that is named in the path, and why. */
const FOR_STRANGERS: Readonly<Record<string, string>> = {
  'POST /_matrix/client/v3/rooms/:roomId/forget': 'there is nothing to forget, in any room',
  'POST /_matrix/client/v3/rooms/:roomId/report': 'whoever was told of a room may report it',
  'GET /_matrix/client/v3/user/:userId/rooms/:roomId/tags': 'the tags are the own ones',
  'PUT /_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag': 'the tags are the own ones',
  'DELETE /_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag': 'the tags are the own ones',
  'PUT /_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type': 'the account data is the own one',
};

const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;
const needsToken = ENDPOINTS.filter(({ auth }) => auth !== 'none' && auth !== 'optional');
const takesToken = ENDPOINTS.filter(({ auth }) => auth !== 'none');
const takesJson = ENDPOINTS.filter(({ body, form }) => body !== undefined && body !== 'stream' && form !== true);
const lineOf = (endpoint: Endpoint): ContractLine => CONTRACT[endpoint.operationName];
const isExempt = (endpoint: Endpoint): boolean => lineOf(endpoint).expired === 'may';

describe('every endpoint', () => {
  const expired = new Set<string>();
  class Validity {
    constructor(_config: unknown, api: { registerAccountValidityCallbacks(callbacks: object): void }) {
      api.registerAccountValidityCallbacks({ is_user_expired: async (userId: string) => expired.has(userId), on_legacy_send_mail: () => undefined });
    }
  }
  let server: TestServer;
  let alice: TestUser;
  let stranger: TestUser;
  let room: string;
  let eventId: string;
  before(async () => {
    server = await boot({ modules: [{ module: Validity }], clock: 'fake' });
    alice = await server.user('alice', { admin: true });
    stranger = await server.user('stranger');
    room = await alice.createRoom({ preset: 'private_chat' });
    eventId = await alice.send(room, 'a secret');
  });
  after(() => server.close());

  /** A request that could succeed in form, about what there is. */
  const sample = (endpoint: Endpoint, user = alice): SampleRequest =>
    sampleRequest(endpoint, {
      roomId: room,
      room_id: room,
      roomIdOrAlias: room,
      ruleId: room,
      eventId,
      event_id: eventId,
      userId: user.userId,
      user_id: user.userId,
      deviceId: user.deviceId,
    });

  interface Answer {
    readonly status: number;
    readonly errcode: unknown;
    readonly text: string;
    readonly headers: Headers;
  }
  const ask = async (method: string, path: string, token?: string, body?: string | Buffer): Promise<Answer> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return {
      status: response.status,
      errcode: isJson ? (JSON.parse(text) as { errcode?: unknown }).errcode : undefined,
      text,
      headers: response.headers,
    };
  };
  const send = ({ method, path, body }: SampleRequest, token?: string): Promise<Answer> =>
    ask(method, path, token, body === undefined ? undefined : JSON.stringify(body));
  const expectRefusal = async (answer: Promise<Answer>, status: number, errcode: string): Promise<void> => {
    const { status: actual, errcode: actualCode, text, headers } = await answer;
    expect([actual, actualCode], text).to.deep.equal([status, errcode]);
    expect(headers.get('access-control-allow-origin'), 'an error, too, is for web browsers').to.equal('*');
    expect((JSON.parse(text) as { error?: unknown }).error)
      .to.be.a('string')
      .and.not.equal('');
  };

  describe('that needs a token', () => {
    for (const endpoint of needsToken) {
      it(`refuses a request without one: ${nameOf(endpoint)}`, () => expectRefusal(send(sample(endpoint)), 401, 'M_MISSING_TOKEN'));
    }
    for (const endpoint of takesToken) {
      it(`refuses an unknown one: ${nameOf(endpoint)}`, () => expectRefusal(send(sample(endpoint), 'unknown'), 401, 'M_UNKNOWN_TOKEN'));
    }
  });

  describe('that takes JSON', () => {
    const tokenFor = (endpoint: Endpoint): string | undefined => (endpoint.auth === 'none' ? undefined : alice.accessToken);
    for (const endpoint of takesJson) {
      it(`refuses what is not JSON, not an object, or too deep: ${nameOf(endpoint)}`, async () => {
        const { method, path } = sample(endpoint);
        const withBody = (body: string | Buffer): Promise<Answer> => ask(method, path, tokenFor(endpoint), body);
        await expectRefusal(withBody('{"a":'), 400, 'M_NOT_JSON');
        await expectRefusal(withBody(Buffer.from('{"a":"é"}', 'latin1')), 400, 'M_NOT_JSON');
        await expectRefusal(withBody('[]'), 400, 'M_BAD_JSON');
        await expectRefusal(withBody('"text"'), 400, 'M_BAD_JSON');
        await expectRefusal(withBody('null'), 400, 'M_BAD_JSON');
        await expectRefusal(withBody(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`), 400, 'M_BAD_JSON');
      });
    }
  });

  describe('by another method', () => {
    const routes = new RouteTable(ENDPOINTS);
    for (const path of new Set(ENDPOINTS.map((endpoint) => sampleRequest(endpoint).path.replace(/\?.*/, '')))) {
      it(`answers 405: ${decodeURIComponent(path)}`, async () => {
        const served = routes.find('PATCH', path) as readonly string[];
        for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'].filter((name) => !served.includes(name))) {
          await expectRefusal(ask(method, path), 405, 'M_UNRECOGNIZED');
        }
        const { status, headers } = await ask('OPTIONS', path);
        expect(status).to.be.oneOf([200, 204]);
        expect(headers.get('access-control-allow-origin')).to.equal('*');
        for (const method of [...served, 'OPTIONS']) expect(headers.get('access-control-allow-methods')?.split(', ')).to.include(method);
        for (const name of ['authorization', 'content-type', 'x-requested-with']) {
          expect(headers.get('access-control-allow-headers')?.toLowerCase()).to.include(name);
        }
      });
    }

    it('answers 404 for a path that nothing serves', async () => {
      for (const path of [
        '/',
        '/_matrix',
        '/_matrix/client',
        '/_matrix/client/v3/nothing',
        '/_matrix/client/v99/sync',
        '/_matrix/client/v3/sync/x',
      ]) {
        for (const method of ['GET', 'PUT', 'POST', 'DELETE']) await expectRefusal(ask(method, path, alice.accessToken), 404, 'M_UNRECOGNIZED');
      }
    });
  });

  describe('at its other paths', () => {
    it('joins by the id of a room as it does by id or alias', async () => {
      const open = await alice.createRoom({ preset: 'public_chat' });
      const id = encodeURIComponent(open);
      for (const path of ['v3/rooms/:id/join', 'v3/join/:id', 'r0/rooms/:id/join', 'r0/join/:id']) {
        const { status, text } = await ask('POST', `/_matrix/client/${path.replace(':id', id)}`, stranger.accessToken, '{}');
        expect([status, text]).to.deep.equal([200, JSON.stringify({ room_id: open })]);
      }
    });

    it('tells the limit of uploads', async () => {
      const answers = new Set<string>();
      for (const path of ['client/v1/media/config', 'media/v3/config', 'media/r0/config', 'media/v1/config']) {
        const { status, text } = await ask('GET', `/_matrix/${path}`, alice.accessToken);
        expect(status, path).to.equal(200);
        answers.add(text);
      }
      expect(answers.size).to.equal(1);
    });
  });

  describe('about a room', () => {
    const aboutRooms = needsToken.filter(({ auth, path }) => auth === 'user' && /:roomId(?:OrAlias)?\b/.test(path));
    for (const endpoint of aboutRooms.filter((each) => !(nameOf(each) in FOR_STRANGERS))) {
      it(`tells a stranger nothing and obeys none: ${nameOf(endpoint)}`, async () => {
        const { status, text } = await send(sample(endpoint, stranger), stranger.accessToken);
        expect(status, text).to.be.oneOf([403, 404]);
        expect(text).to.not.contain('a secret');
      });
    }
  });

  describe('for an account that has expired', () => {
    let user: TestUser;
    before(async () => (user = await server.user('late', { admin: true })));
    beforeEach(() => expired.add(user.userId));
    afterEach(() => expired.clear());

    for (const endpoint of takesToken.filter((each) => !isExempt(each))) {
      it(`is closed: ${nameOf(endpoint)}`, () => expectRefusal(send(sample(endpoint, user), user.accessToken), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT'));
    }

    it('is open again with the same token when the account is valid again', async () => {
      await expectRefusal(ask('GET', '/_matrix/client/v3/account/whoami', user.accessToken), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');
      expired.clear();
      expect((await ask('GET', '/_matrix/client/v3/account/whoami', user.accessToken)).status).to.equal(200);
    });

    it('is closed with the exception of those that log out, or by which it is renewed', async () => {
      expect(takesToken.filter(isExempt).map(nameOf)).to.have.members([
        'POST /_matrix/client/v3/logout',
        'POST /_matrix/client/v3/logout/all',
        'POST /_matrix/client/unstable/account_validity/send_mail',
      ]);
      for (const [index, endpoint] of takesToken.filter(isExempt).entries()) {
        const leaving = await server.user(`leaving${index}`);
        expired.add(leaving.userId);
        expect((await send(sample(endpoint, leaving), leaving.accessToken)).status).to.equal(200);
      }
    });
  });

  describe('for an account that is locked', () => {
    let user: TestUser;
    before(async () => {
      user = await server.user('locked');
      await alice.request('PUT', `/_matrix/client/v1/admin/lock/${encodeURIComponent(user.userId)}`, { locked: true });
    });

    for (const endpoint of takesToken.filter((each) => lineOf(each).locked !== 'may' && each.auth !== 'admin')) {
      it(`is closed: ${nameOf(endpoint)}`, () => expectRefusal(send(sample(endpoint, user), user.accessToken), 401, 'M_USER_LOCKED'));
    }
  });

  describe('for a guest', () => {
    const guest = async (): Promise<{ access_token: string; user_id: string }> =>
      (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as { access_token: string; user_id: string };

    for (const endpoint of takesToken.filter(({ auth }) => auth !== 'admin')) {
      const may = GUESTS_MAY.has(nameOf(endpoint));
      it(`is ${may ? 'open' : 'closed'}: ${nameOf(endpoint)}`, async () => {
        const { access_token: token, user_id: userId } = await guest();
        const answer = await send(sampleRequest(endpoint, { roomId: room, roomIdOrAlias: room, eventId, userId }), token);
        if (may) expect(answer.errcode, answer.text).to.not.equal('M_GUEST_ACCESS_FORBIDDEN');
        else expect([answer.status, answer.errcode], answer.text).to.deep.equal([403, 'M_GUEST_ACCESS_FORBIDDEN']);
      });
    }
  });
});
