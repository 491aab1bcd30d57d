import { expect } from 'chai';
import { defaultConfig } from '../../../src/config/config.ts';
import { insecurities } from '../../../src/config/insecurities.ts';

describe('insecurities', () => {
  const tls = { certificate: 'c', key: 'k' };
  const cases: [overrides: object, found: string[]][] = [
    [{}, []],
    [{ registration: { mode: 'open' } }, []],
    [{ registration: { mode: 'token', open_to: 'everyone' } }, []],
    [{ registration: { mode: 'open', open_to: 'everyone' } }, ['everyone can make an account (registration.open_to)']],
    [{ registration: { shared_secret: 'change me' } }, ['the shared secret is short (registration.shared_secret)']],
    [{ passwords: { cost: 'test' } }, ['passwords are hardly protected (passwords.cost)']],
    [{ rate_limits: { enabled: false } }, ['passwords can be tried without limit (rate_limits.enabled)']],
    [{ listeners: [{ port: 1, bind_addresses: ['127.0.0.1', '::1', 'localhost', '::ffff:127.0.0.1'] }] }, []],
    [{ listeners: [{ port: 443, bind_addresses: ['0.0.0.0'], tls }] }, []],
    [
      { listeners: [{ port: 1 }, { port: 8008, bind_addresses: ['127.0.0.1', '::'] }] },
      ['no TLS on port 8008 (listeners[1].tls), which needs a reverse proxy before it'],
    ],
  ];
  for (const [overrides, found] of cases) {
    it(`of ${JSON.stringify(overrides)}`, () => expect(insecurities(defaultConfig(overrides))).to.deep.equal(found));
  }
});
