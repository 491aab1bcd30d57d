import { expect } from 'chai';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { sendHostile, type HostileReply } from '../support/hostile/send.ts';

const WHOAMI = '/_matrix/client/v3/account/whoami';
const FILTER = (userId: string): string => `/_matrix/client/v3/user/${encodeURIComponent(userId)}/filter`;

describe('hostile transport', () => {
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    server = await boot();
    alice = await server.user('alice');
  });
  after(() => server.close());
  afterEach(async () => expect(await alice.request('GET', WHOAMI)).to.include({ user_id: alice.userId }));

  /** Sends bytes as they are. @returns all that comes back until the server ends the connection, or `until` is in it */
  const exchange = (bytes: string | Buffer, until?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => {
        answer += String(chunk);
        if (until !== undefined && answer.includes(until)) socket.destroy();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(answer));
    });
  const errcodeIn = (answer: string): unknown => (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { errcode?: unknown }).errcode;
  const authorised = (more: string): string => `Authorization: Bearer ${alice.accessToken}\r\nHost: localhost\r\n${more}`;
  const post = (body: Buffer | string, headers: Readonly<Record<string, string>> = {}): Promise<HostileReply> =>
    sendHostile(server.url, { method: 'POST', path: FILTER(alice.userId), token: alice.accessToken, body, headers });

  it('answers what is no HTTP with an error of Matrix, and ends the connection', async () => {
    for (const noise of ['hello\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', `GET ${WHOAMI} HTTP/1.1\r\nHost : x\r\n\r\n`]) {
      const answer = await exchange(noise);
      expect(answer).to.match(/^HTTP\/1\.1 400 /);
      expect(errcodeIn(answer)).to.equal('M_UNRECOGNIZED');
    }
  });

  it('refuses headers and addresses that are too long with an error of Matrix', async () => {
    const long = 'a'.repeat(20_000);
    for (const request of [`GET ${WHOAMI}?a=${long} HTTP/1.1\r\nHost: x\r\n\r\n`, `GET ${WHOAMI} HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`]) {
      const answer = await exchange(request);
      expect(answer)
        .to.match(/^HTTP\/1\.1 431 /)
        .and.to.match(/access-control-allow-origin: \*/i);
      expect(errcodeIn(answer)).to.equal('M_TOO_LARGE');
    }
  });

  it('takes no request whose end is told in two ways, so that nobody can hide a second one in it', async () => {
    const hidden = `GET ${WHOAMI} HTTP/1.1\r\n${authorised('\r\n')}`;
    const smuggled = [
      `Content-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
      `Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}${hidden}`,
      `Content-Length: +2\r\n\r\n{}${hidden}`,
      `Transfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n${hidden}`,
      `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ];
    for (const rest of smuggled) {
      const answer = await exchange(`POST ${FILTER(alice.userId)} HTTP/1.1\r\n${authorised(rest)}`);
      expect(answer, rest).to.not.contain(`"user_id":"${alice.userId}"`);
      expect(answer, rest).to.not.contain('HTTP/1.1 200');
    }
  });

  it('answers requests that are sent at once one after the other', async () => {
    const one = `GET ${WHOAMI} HTTP/1.1\r\n${authorised('\r\n')}`;
    const answer = await exchange(`${one}${one}GET ${WHOAMI} HTTP/1.1\r\n${authorised('Connection: close\r\n\r\n')}`);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).to.have.lengthOf(3);
  });

  it('refuses a body that is announced larger than it may be before it is sent', async () => {
    const answer = await exchange(`POST ${FILTER(alice.userId)} HTTP/1.1\r\n${authorised('Content-Length: 99999999999\r\n\r\n{')}`, 'M_TOO_LARGE');
    expect(answer).to.match(/^HTTP\/1\.1 413 /);
  });

  it('refuses a body without an announced length as soon as it is too large', async () => {
    const chunk = `100000\r\n${' '.repeat(0x10_00_00)}\r\n`;
    const head = `POST ${FILTER(alice.userId)} HTTP/1.1\r\n${authorised('Transfer-Encoding: chunked\r\n\r\n')}`;
    expect(await exchange(head + chunk.repeat(5), 'M_TOO_LARGE')).to.match(/^HTTP\/1\.1 413 /);
  });

  it('does nothing with a body that ends before its announced length', async () => {
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => {
        socket.write(`PUT /_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/a HTTP/1.1\r\n`);
        socket.write(authorised('Content-Length: 100\r\n\r\n{}'), () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    const { status } = await sendHostile(server.url, {
      method: 'GET',
      path: `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/a`,
      token: alice.accessToken,
    });
    expect(status).to.equal(404);
  });

  it('unpacks no compressed body', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    const { status, text } = await post(bomb, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
    expect([status, JSON.parse(text)]).to.deep.include.members([400]);
    expect(text).to.contain('M_NOT_JSON');
  });

  it('takes JSON in UTF-8 only', async () => {
    for (const body of [Buffer.from('{"event_fields":["\xe9"]}', 'latin1'), Buffer.from('{}', 'utf16le'), Buffer.from([0xed, 0xa0, 0x80])]) {
      const { status, text } = await post(body);
      expect([status, text.includes('M_NOT_JSON')]).to.deep.equal([400, true]);
    }
  });

  it('believes no header that speaks for another host, method or address', async () => {
    for (const headers of [
      { host: 'evil.invalid:99999999', 'x-forwarded-host': 'evil.invalid' },
      { host: '[::1' },
      { 'x-http-method-override': 'DELETE' },
      { 'x-original-url': '/_synapse/admin/v1/registration_tokens', 'x-rewrite-url': '/' },
      { 'x-forwarded-for': `${'1.1.1.1,'.repeat(1_000)}x` },
    ]) {
      const reply = await sendHostile(server.url, { method: 'GET', path: WHOAMI, token: alice.accessToken, headers });
      expect([reply.status, JSON.parse(reply.text)]).to.deep.equal([200, { user_id: alice.userId, device_id: alice.deviceId, is_guest: false }]);
      expect(JSON.stringify(reply.headers)).to.not.contain('evil');
    }
  });

  it('lets no path climb, and takes no encoded slash for a real one', async () => {
    for (const path of [
      '/_matrix/client/v3/../../../etc/passwd',
      '/_matrix/media/v3/download/localhost/..%2f..%2f..%2fetc%2fpasswd',
      '/_matrix/media/v3/download/%2e%2e/%2e%2e',
      '/_matrix/client/v3/account%2fwhoami',
      '//_matrix/client/v3/account/whoami',
      '/_matrix/client/v3/account/whoami/%',
      'http://evil.invalid/_matrix/client/v3/nothing',
      '*',
    ]) {
      const { status, headers, text } = await sendHostile(server.url, { method: 'GET', path, token: alice.accessToken });
      expect(status, path).to.be.oneOf([400, 404]);
      expect(headers['content-type'], path).to.match(/^application\/json/);
      expect(text, path).to.match(/"errcode":"M_(?:NOT_FOUND|UNRECOGNIZED|INVALID_PARAM)"/);
    }
  });
});
