import { expect } from 'chai';
import type { IncomingHttpHeaders } from 'node:http';
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
