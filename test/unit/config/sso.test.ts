import { expect } from 'chai';
import { defaultConfig, type Config } from '../../../src/config/config.ts';

const PROVIDER = { id: 'company', name: 'Company', issuer: 'https://id.example.org/', client_id: 'matrix' };
const withSso = (sso: object, more: object = { public_baseurl: 'https://matrix.example.org' }): Config => defaultConfig({ ...more, sso });
const withProvider = (more: object): Config => withSso({ oidc_providers: [{ ...PROVIDER, ...more }] });

describe('the section sso', () => {
  it('needs little', () => {
    const { sso } = withProvider({});
    expect(sso?.oidc_providers[0]).to.deep.include({
      ...PROVIDER,
      scopes: ['openid', 'profile', 'email'],
      clock_tolerance: 30_000,
      registration: true,
    });
    expect(sso?.oidc_providers[0]?.mapping).to.deep.include({
      subject: 'sub',
      name_clash: 'number',
      username: [{ path: ['preferred_username'], beforeAt: false }],
    });
    expect(defaultConfig().sso).to.equal(undefined);
  });

  it('refuses what cannot be right, and says where and why', () => {
    const refused = (make: () => Config, ...parts: string[]): void => {
      for (const part of parts) expect(make).to.throw(part);
    };
    refused(() => withSso({ oidc_providers: [PROVIDER] }, {}), 'sso: needs public_baseurl');
    refused(() => withSso({}), 'sso.oidc_providers: is missing');
    refused(() => withSso({ oidc_providers: [] }), 'sso.oidc_providers: must have at least one provider');
    refused(() => withSso({ oidc_providers: [PROVIDER, PROVIDER] }), 'sso.oidc_providers[1].id', 'another provider');
    refused(() => withProvider({ id: 'a b' }), 'sso.oidc_providers[0].id: must be up to 255 letters');
    refused(() => withProvider({ isuer: 'x' }), 'did you mean issuer?');
    for (const issuer of [
      'http://id.example.org',
      'id.example.org',
      'https://id.example.org/?a=b',
      'ftp://id.example.org',
      'https://a:b@id.example.org',
      '',
    ]) {
      refused(() => withProvider({ issuer }), 'sso.oidc_providers[0].issuer: must be an https address');
    }
    refused(() => withProvider({ scopes: ['profile'] }), 'sso.oidc_providers[0].scopes: must have openid');
    refused(() => withProvider({ icon: 'https://example.org/icon.png' }), 'mxc://');
    refused(() => withProvider({ mapping: { username: 'alice' } }), 'sso.oidc_providers[0].mapping.username: must be a text with claims in braces');
    refused(() => withProvider({ mapping: { name_clash: 'numbr' } }), 'did you mean number?');
    for (const client of ['app.example.org', 'https://app.example.org/path', 'javascript:', 'https:', 'https://*.example.org/x', 7]) {
      refused(() => withSso({ oidc_providers: [PROVIDER], trusted_clients: [client] }), 'sso.trusted_clients[0]: must be where a client is');
    }
  });

  it('takes providers on this machine without TLS, and clients with links of their own', () => {
    for (const issuer of ['http://127.0.0.1:8080/realms/main', 'http://[::1]/', 'http://localhost:1']) {
      expect(withProvider({ issuer }).sso?.oidc_providers[0]?.issuer).to.equal(issuer);
    }
    const { sso } = withSso({
      oidc_providers: [PROVIDER],
      trusted_clients: ['https://app.example.org/', 'https://app.example.org:8443', 'element:'],
    });
    expect(sso?.trusted_clients).to.deep.equal(['https://app.example.org', 'https://app.example.org:8443', 'element:']);
  });
});
