import { expect } from 'chai';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { SrvRecord } from '../../../../src/core/federation/srv-order.ts';
import type { ServerName } from '../../../../src/core/identifiers.ts';
import { createSigningKey, generateSeed } from '../../../../src/core/signatures.ts';
import { FederationClient } from '../../../../src/engine/federation/federation-client.ts';
import { ServerResolver } from '../../../../src/engine/federation/server-resolver.ts';
import { Outgoing } from '../../../../src/engine/outgoing.ts';
import type { FederationReply, FederationRequest } from '../../../../src/kernel/federation-request.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { freePort } from '../../../support/free-port.ts';
import { isSigned } from '../../../support/signed-request.ts';
import { certificateFile, TLS_CERTIFICATE, TLS_KEY } from '../../../support/tls-certificate.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Whose certificate the client wanted to see. */
  readonly certificateOf: unknown;
  readonly body: string;
}

const key = createSigningKey('ed25519:a', generateSeed());
const origin = 'origin.example.org' as ServerName;

describe('requests to other servers', () => {
  const certificate = certificateFile();
  let server: Server, port: number, outgoing: Outgoing, client: FederationClient;
  let seen: Seen[];
  let records: readonly SrvRecord[];
  let answer: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string; readonly isLate?: boolean };
  before(async () => {
    server = createServer({ cert: TLS_CERTIFICATE, key: TLS_KEY }, (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers, certificateOf: (request.socket as TLSSocket & { servername?: unknown }).servername, body });
        response.writeHead(answer.status ?? 200, answer.headers);
        if (answer.isLate !== true) response.end(answer.body ?? '{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => {
    [seen, records, answer] = [[], [], {}];
    // The names of this test are in no DNS; what they lead to is this machine.
    const resolveSrv = (name: string): Promise<readonly SrvRecord[]> => Promise.resolve(name.startsWith('_matrix-fed.') ? records : []);
    outgoing = new Outgoing({ extra_ca: [certificate.path], allow_addresses: ['127.0.0.0/8', '::1/128'] }, { resolveSrv });
    client = new FederationClient({
      outgoing,
      resolver: new ServerResolver({ outgoing, clock: systemClock, random: () => 0 }),
      serverName: origin,
      signingKey: key,
    });
  });
  afterEach(() => outgoing.close());
  after(() => {
    certificate.remove();
    server.closeAllConnections();
    server.close();
  });

  const ask = (destination: string, more: Partial<FederationRequest> = {}): Promise<FederationReply> =>
    client.request({ destination: destination as ServerName, method: 'GET', path: '/_matrix/x', ...more });
  const refusal = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => expect.fail('it was answered'),
      (error: Error & { cause?: Error }) => `${error.message}: ${error.cause?.message ?? ''}`,
    );
  const leadingTo = (...names: readonly string[]): readonly SrvRecord[] => names.map((name, priority) => ({ name, port, priority, weight: 0 }));

  it('carry what the receiving server can check', async () => {
    answer = { body: '{"ok":[1]}' };
    const content = { text: 'ü', number: 1 };
    const reply = await ask(`127.0.0.1:${port}`, { method: 'PUT', path: '/_matrix/a b?c=d e', content });
    expect(reply).to.deep.equal({ status: 200, body: { ok: [1] } });
    const [request] = seen;
    expect(JSON.parse(request?.body ?? '')).to.deep.equal(content);
    expect(request?.headers['content-type']).to.equal('application/json');
    expect(request?.url).to.equal('/_matrix/a%20b?c=d%20e');
    const arrived = { method: 'PUT', uri: request?.url ?? '', authorization: request?.headers.authorization ?? '', content };
    expect(isSigned(arrived, { origin, destination: `127.0.0.1:${port}` }, { 'ed25519:a': key.publicKey })).to.equal(true);
  });

  it('name the server as it was asked for, by an address, a host or a delegation', async () => {
    await ask(`127.0.0.1:${port}`);
    await ask(`localhost:${port}`);
    records = leadingTo('localhost');
    await ask('matrix.test');
    expect(seen.map(({ headers, certificateOf }) => [headers.host, certificateOf])).to.deep.equal([
      [`127.0.0.1:${port}`, false],
      [`localhost:${port}`, 'localhost'],
      ['matrix.test', 'matrix.test'],
    ]);
  });

  it('go to nobody who cannot prove to be the server', async () => {
    records = leadingTo('localhost');
    expect(await refusal(ask('other.test'))).to.match(/altname|does not match/i);
    expect(seen).to.deep.equal([]);
  });

  it('go to the next place where nobody is at the first', async () => {
    records = [{ name: 'localhost', port: await freePort(), priority: 0, weight: 0 }, ...leadingTo('', 'localhost')];
    expect((await ask('matrix.test')).status).to.equal(200);
    records = leadingTo('.');
    expect(await refusal(ask('nowhere.test'))).to.match(/there is no server nowhere\.test/);
  });

  it('go to no private address that is not allowed', async () => {
    records = leadingTo('localhost');
    const careful = new Outgoing({ extra_ca: [], allow_addresses: [] }, { resolveSrv: () => Promise.resolve(records) });
    const resolver = new ServerResolver({ outgoing: careful, clock: systemClock });
    client = new FederationClient({ outgoing: careful, resolver, serverName: origin, signingKey: key });
    for (const name of ['matrix.test', `127.0.0.1:${port}`, `localhost:${port}`]) expect(await refusal(ask(name))).to.match(/private address/);
    await careful.close();
  });

  it('go where the caller says, with the same signature', async () => {
    await ask('far.example.org', { baseUrl: `https://localhost:${port}/policy` });
    expect(seen[0]).to.include({ url: '/policy/_matrix/x' });
    expect(seen[0]?.headers).to.deep.include({ host: `localhost:${port}` });
    expect(seen[0]?.headers.authorization).to.contain('destination="far.example.org"');
  });

  it('follow no redirection, and take errors and what is no JSON for what they are', async () => {
    answer = { status: 302, headers: { location: '/elsewhere' }, body: '<p>' };
    expect(await ask(`localhost:${port}`)).to.deep.equal({ status: 302, body: undefined });
    answer = { status: 400, body: '{"errcode":"M_FORBIDDEN"}' };
    expect(await ask(`localhost:${port}`)).to.deep.equal({ status: 400, body: { errcode: 'M_FORBIDDEN' } });
    expect(seen).to.have.length(2);
  });

  it('end when there is no answer in time, or it is too long', async () => {
    answer = { isLate: true };
    expect(await refusal(ask(`localhost:${port}`, { timeout: 50 }))).to.match(/timeout/i);
    answer = { body: JSON.stringify('x'.repeat(11_000_000)) };
    expect((await ask(`localhost:${port}`)).body).to.equal(undefined);
  });
});
