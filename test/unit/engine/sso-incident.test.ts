import { expect } from 'chai';
import { unusable } from '../../../src/engine/sso/flow.ts';
import type { OidcProvider } from '../../../src/engine/sso/oidc-provider.ts';
import type { Log } from '../../../src/kernel/log.ts';

describe('an incident with a provider of single sign-on', () => {
  it('has its reason in the log, without what libraries keep beside it', () => {
    const lines: unknown[][] = [];
    const log = { error: (...line: unknown[]) => lines.push(line) } as unknown as Log;
    const provider = { settings: { id: 'company', name: 'The Company' } } as OidcProvider;
    const cause = Object.assign(new Error('the address is private'), { token: 'a secret' });
    const { status, message } = unusable(log, provider, new Error('something went wrong', { cause }));
    const [, incident = ''] = /incident (\w+)/.exec(message) ?? [];
    expect(status).to.equal(502);
    expect(lines).to.deep.equal([
      [{ incident, provider: 'company', reason: 'something went wrong: the address is private' }, 'a provider of single sign-on cannot be used'],
    ]);
    unusable(log, provider, { cause: { body: { token: 'a secret' } } });
    expect(JSON.stringify(lines)).to.not.include('a secret');
  });
});
