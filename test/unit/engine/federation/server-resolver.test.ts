import { expect } from 'chai';
import { Response } from 'undici';
import { ServerResolver } from '../../../../src/engine/federation/server-resolver.ts';
import type { SrvRecord } from '../../../../src/core/federation/srv-order.ts';
import type { ServerName } from '../../../../src/core/identifiers.ts';
import { Outgoing } from '../../../../src/engine/outgoing.ts';
import { FakeClock } from '../../../../src/testing/fake-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('resolving server names', () => {
  let clock: FakeClock, outgoing: Outgoing, resolver: ServerResolver;
  /** What was asked of the network, in order. */
  let asked: string[];
  let answers: Record<string, (() => Response) | readonly SrvRecord[] | Error>;
  beforeEach(() => {
    [clock, asked, answers] = [new FakeClock(), [], {}];
    const fetch = (url: URL): Promise<Response> => {
      asked.push(url.href);
      const answer = answers[url.href];
      return typeof answer === 'function' ? Promise.resolve(answer()) : Promise.reject(new Error('nobody is there'));
    };
    const resolveSrv = (name: string): Promise<readonly SrvRecord[]> => {
      asked.push(name);
      const answer = answers[name];
      if (Array.isArray(answer)) return Promise.resolve(answer as readonly SrvRecord[]);
      return Promise.reject(answer instanceof Error ? answer : Object.assign(new Error('no records'), { code: 'ENODATA' }));
    };
    outgoing = new Outgoing({ extra_ca: [], allow_addresses: [] }, { fetch, resolveSrv });
    resolver = new ServerResolver({ outgoing, clock, random: () => 0 });
  });
  afterEach(() => outgoing.close());

  const resolve = async (name = 'example.org'): Promise<readonly string[]> =>
    (await resolver.resolve(name as ServerName)).map(({ host, port, hostHeader }) => `${host}:${port} as ${hostHeader}`);
  const WELL_KNOWN = 'https://example.org/.well-known/matrix/server';
  const FED = '_matrix-fed._tcp.';
  const OLD = '_matrix._tcp.';
  const record = (name: string): SrvRecord => ({ name, port: 1, priority: 0, weight: 0 });
  const delegation =
    (name: string, headers: Record<string, string> = {}, status = 200): (() => Response) =>
    () =>
      new Response(JSON.stringify({ 'm.server': name }), { status, headers });

  it('asks nobody where the name says everything', async () => {
    expect(await resolve('192.0.2.1')).to.deep.equal(['192.0.2.1:8448 as 192.0.2.1']);
    expect(await resolve('example.org:99')).to.deep.equal(['example.org:99 as example.org:99']);
    expect(asked).to.deep.equal([]);
  });

  it('asks the host, then the DNS for both services, and ends at port 8448', async () => {
    expect(await resolve()).to.deep.equal(['example.org:8448 as example.org']);
    expect(asked).to.deep.equal([WELL_KNOWN, `${FED}example.org`, `${OLD}example.org`]);
  });

  it('goes where the host delegates to, where the DNS is asked again', async () => {
    answers = { [WELL_KNOWN]: delegation('matrix.example.org'), [`${OLD}matrix.example.org`]: [record('a.example.net')] };
    expect(await resolve()).to.deep.equal(['a.example.net:1 as matrix.example.org']);
    expect(asked).to.deep.equal([WELL_KNOWN, `${FED}matrix.example.org`, `${OLD}matrix.example.org`]);
  });

  it('asks for no further service where there is one', async () => {
    answers = { [`${FED}example.org`]: [record('a.example.net'), record('b.example.net')] };
    expect(await resolve()).to.deep.equal(['a.example.net:1 as example.org', 'b.example.net:1 as example.org']);
    expect(asked).to.not.include(`${OLD}example.org`);
  });

  it('takes nothing but a valid delegation', async () => {
    const long = (): Response => new Response(JSON.stringify({ 'm.server': 'matrix.example.org:1', more: 'x'.repeat(60_000) }));
    for (const answer of [delegation('matrix.example.org:1', {}, 404), delegation('no name'), () => new Response('{'), long]) {
      resolver = new ServerResolver({ outgoing, clock });
      answers = { [WELL_KNOWN]: answer };
      expect(await resolve()).to.deep.equal(['example.org:8448 as example.org']);
    }
  });

  it('follows redirections, though not in a circle', async () => {
    const away = (to: string) => (): Response => new Response(null, { status: 302, headers: { location: to } });
    answers = { [WELL_KNOWN]: away('https://www.example.org/delegation'), 'https://www.example.org/delegation': delegation('matrix.example.org:1') };
    expect(await resolve()).to.deep.equal(['matrix.example.org:1 as matrix.example.org:1']);
    answers = { 'https://circle.example.org/.well-known/matrix/server': away('/.well-known/matrix/server') };
    expect(await resolve('circle.example.org')).to.deep.equal(['circle.example.org:8448 as circle.example.org']);
  });

  it('remembers what it found for as long as it may, and who asks at the same time waits for the same answer', async () => {
    answers = { [WELL_KNOWN]: delegation('matrix.example.org:1', { 'cache-control': 'max-age=7200' }) };
    await Promise.all([resolve(), resolve(), resolve()]);
    await clock.advance(2 * HOUR - 1);
    await resolve();
    expect(asked).to.deep.equal([WELL_KNOWN]);
    await clock.advance(2);
    await resolve();
    expect(asked).to.deep.equal([WELL_KNOWN, WELL_KNOWN]);
  });

  it('remembers for a while that there is nothing, the longer the oftener it was so', async () => {
    /** In which minutes it was asked, when it is wanted every minute. */
    const minutes: number[] = [];
    for (let minute = 0; minute < 16; minute++) {
      asked = [];
      await resolve();
      if (asked.includes(WELL_KNOWN)) minutes.push(minute);
      await clock.advance(MINUTE + 1);
    }
    expect(minutes).to.deep.equal([0, 1, 3, 7, 15]);
  });

  it('does not remember that the DNS could not be asked', async () => {
    answers = { [`${FED}example.org`]: Object.assign(new Error('timed out'), { code: 'ETIMEOUT' }) };
    await resolver.resolve('example.org' as ServerName).then(
      () => expect.fail('it was found'),
      (error: Error) => expect(error.message).to.equal('timed out'),
    );
    answers = { [`${FED}example.org`]: [record('a.example.net')] };
    expect(await resolve()).to.deep.equal(['a.example.net:1 as example.org']);
  });
});
