import { expect } from 'chai';
import { afterSrv, afterWellKnown, firstStep, srvNames, type Step } from '../../../../src/core/federation/destinations.ts';
import { inSrvOrder, type SrvRecord } from '../../../../src/core/federation/srv-order.ts';
import type { ServerName } from '../../../../src/core/identifiers.ts';

const found = (host: string, port: number, hostHeader: string): Step => ({ found: { host, port, hostHeader } });
const wellKnown = (hostname: string): Step => ({ lookUp: 'well-known', hostname });
const srv = (hostname: string): Step => ({ lookUp: 'srv', hostname });
const record = (name: string, priority = 10, weight = 0, port = 443): SrvRecord => ({ name, port, priority, weight });

describe('where a server name leads', () => {
  const names: readonly [name: string, step: Step][] = [
    ['example.org', wellKnown('example.org')],
    ['example.org:8448', found('example.org', 8448, 'example.org:8448')],
    ['example.org:80', found('example.org', 80, 'example.org:80')],
    ['192.0.2.1', found('192.0.2.1', 8448, '192.0.2.1')],
    ['192.0.2.1:99', found('192.0.2.1', 99, '192.0.2.1:99')],
    ['[2001:db8::1]', found('[2001:db8::1]', 8448, '[2001:db8::1]')],
    ['[2001:db8::1]:99', found('[2001:db8::1]', 99, '[2001:db8::1]:99')],
    ['192.0.2.1.example.org', wellKnown('192.0.2.1.example.org')],
  ];
  for (const [name, step] of names) {
    it(`begins for ${name}`, () => expect(firstStep(name as ServerName)).to.deep.equal(step));
  }

  const delegations: readonly [delegated: string | undefined, step: Step][] = [
    [undefined, srv('example.org')],
    ['matrix.example.org', srv('matrix.example.org')],
    ['matrix.example.org:443', found('matrix.example.org', 443, 'matrix.example.org:443')],
    ['192.0.2.1', found('192.0.2.1', 8448, '192.0.2.1')],
    ['[2001:db8::1]:99', found('[2001:db8::1]', 99, '[2001:db8::1]:99')],
    // The one that is delegated to delegates no further.
    ['example.org', srv('example.org')],
  ];
  for (const [delegated, step] of delegations) {
    it(`goes on after a delegation to ${delegated ?? 'nobody'}`, () => {
      expect(afterWellKnown('example.org', delegated as ServerName | undefined)).to.deep.equal(step);
    });
  }

  it('asks for the registered service before the deprecated one', () => {
    expect(srvNames('example.org')).to.deep.equal(['_matrix-fed._tcp.example.org', '_matrix._tcp.example.org']);
  });

  it('ends at port 8448 without SRV records', () => {
    expect(afterSrv('example.org', [], () => 0)).to.deep.equal([{ host: 'example.org', port: 8448, hostHeader: 'example.org' }]);
  });

  it('ends where the SRV records lead, which have to prove to be the host that was asked for', () => {
    expect(afterSrv('example.org', [record('b.example.net', 20), record('a.example.net', 10, 0, 8449)], () => 0)).to.deep.equal([
      { host: 'a.example.net', port: 8449, hostHeader: 'example.org' },
      { host: 'b.example.net', port: 443, hostHeader: 'example.org' },
    ]);
  });

  it('ends nowhere when the SRV record says that there is no server', () => {
    for (const name of ['.', '']) expect(afterSrv('example.org', [record(name)], () => 0)).to.deep.equal([]);
  });
});

describe('the order of SRV records', () => {
  const namesOf = (records: readonly SrvRecord[], random: number): string =>
    inSrvOrder(records, () => random)
      .map(({ name }) => name)
      .join('');
  const equals = [record('a', 1, 10), record('b', 1, 30), record('c', 1, 60)];
  const cases: readonly [records: readonly SrvRecord[], random: number, order: string][] = [
    [[], 0, ''],
    [[record('a', 3), record('b', 1), record('c', 2)], 0.5, 'bca'],
    [equals, 0, 'abc'],
    [equals, 0.05, 'abc'],
    [equals, 0.2, 'bca'],
    [equals, 0.99, 'cba'],
    [[record('a', 1, 0), record('b', 1, 5)], 0, 'ab'],
    [[record('a', 1, 0), record('b', 1, 5)], 0.5, 'ba'],
    [[...equals, record('z', 0)], 0.99, 'zcba'],
  ];
  for (const [records, random, order] of cases) {
    it(`is ${order} with ${random} as the lot`, () => expect(namesOf(records, random)).to.equal(order));
  }
});
