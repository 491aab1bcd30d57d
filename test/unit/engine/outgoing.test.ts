import { expect } from 'chai';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { Outgoing } from '../../../src/engine/outgoing.ts';
import { otherServer, type OtherServer } from '../../support/http-server.ts';

describe('what is sent to other servers', () => {
  let outgoing: Outgoing, first: OtherServer, second: OtherServer;
  let asked: { readonly server: string; readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  /** Where the first server sends whoever asks it for /away. */
  let elsewhere = '';
  before(async () => {
    outgoing = new Outgoing({ extra_ca: [], allow_addresses: ['127.0.0.0/8'] });
    first = await otherServer((request, response) => {
      asked.push({ server: 'first', url: request.url, headers: request.headers });
      if (request.url === '/away') response.writeHead(302, { location: elsewhere });
      response.end('{}');
    });
    second = await otherServer((request, response) => {
      asked.push({ server: 'second', url: request.url, headers: request.headers });
      if (request.url === '/back') response.writeHead(302, { location: `${first.url}/there` });
      response.end('{}');
    });
  });
  beforeEach(() => (asked = []));
  after(async () => {
    await outgoing.close();
    await first.close();
    await second.close();
  });

  const headers = { Authorization: 'Bearer secret', Cookie: 'a=b', 'X-Other': 'kept' };

  it('keeps credentials on the way to another page of the same origin', async () => {
    elsewhere = '/there';
    await outgoing.fetch(`${first.url}/away`, { headers });
    expect(asked.at(-1)).to.deep.include({ server: 'first', url: '/there' });
    expect(asked.at(-1)?.headers).to.include({ authorization: 'Bearer secret', cookie: 'a=b', 'x-other': 'kept' });
  });

  /** A server that sends some bytes, and then ends the connection, or breaks it. */
  const endingServer = async (header: string, ending: 'end' | 'resetAndDestroy'): Promise<{ url: string; ended: Promise<void>; close(): void }> => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const server = createServer((socket) => {
      socket.on('error', () => undefined).on('close', end);
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${header}Connection: close\r\n\r\n`));
      socket.once('data', () => socket.write(Buffer.alloc(20_000, 'a'), () => setTimeout(() => socket[ending](), 5)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ended, close: () => server.close() };
  };
  const ends: readonly (readonly [name: string, header: string, ending: 'end' | 'resetAndDestroy', read: number | undefined])[] = [
    ['whole', 'Content-Length: 20000\r\n', 'end', 20_000],
    ['without a length', '', 'end', 20_000],
    ['too short', 'Content-Length: 20001\r\n', 'end', undefined],
    ['broken off', 'Content-Length: 20001\r\n', 'resetAndDestroy', undefined],
  ];
  for (const [name, header, ending, read] of ends) {
    it(`survives a reply that is ${name}, when the connection is gone before it is read`, async () => {
      const server = await endingServer(header, ending);
      const reply = await outgoing.fetch(server.url);
      await server.ended;
      await new Promise((resolve) => setTimeout(resolve, 20));
      const length = await reply.arrayBuffer().then(
        (bytes) => bytes.byteLength,
        () => undefined,
      );
      expect(length).to.equal(read);
      server.close();
    });
  }

  it('shows another origin no credentials, and nobody after it', async () => {
    elsewhere = `${second.url}/back`;
    await outgoing.fetch(`${first.url}/away`, { headers });
    expect(asked.map(({ server, url }) => [server, url])).to.deep.equal([
      ['first', '/away'],
      ['second', '/back'],
      ['first', '/there'],
    ]);
    for (const { headers: seen } of asked.slice(1)) {
      expect(seen).to.include({ 'x-other': 'kept' });
      expect(seen).not.to.have.any.keys('authorization', 'cookie');
    }
  });
});
