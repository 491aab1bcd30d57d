import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/config.ts';
import { RegistrationBehaviour } from '../../src/modules/public.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { blocksOf } from '../support/blocks-of.ts';
import { expectPage, leftFor, SsoWalk } from '../support/sso-walk.ts';
import { clientOf } from './client.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#handling-the-callback-from-the-authentication-server */
describe('single sign-on:', () => {
  let walk: SsoWalk;
  const { as, get, register } = clientOf(() => walk.server);
  before(async () => (walk = await SsoWalk.open()));
  after(() => walk.provider.close());
  afterEach(() => walk.stop());

  describe('a new account', () => {
    it('gets a number where the name is taken, the name that is there, or nothing, as the configuration says', async () => {
      for (const [clash, expected] of [
        ['number', '@alice1:localhost'],
        ['existing', '@alice:localhost'],
      ] as const) {
        await walk.start({ mapping: { name_clash: clash } });
        await register('alice');
        expect(await walk.userOf('1'), clash).to.equal(expected);
        expect(await walk.userOf('1'), 'it is theirs').to.equal(expected);
        await walk.stop();
      }
      await walk.start({ mapping: { name_clash: 'refuse' } });
      await register('alice');
      expectPage(await walk.comeBack(), 403, 'belongs to somebody else');
    });

    it('is named by any claims, in characters that a name may have', async () => {
      await walk.start({ mapping: { username: '{email|before_at}', display_name: '{name} ({address.country})' } });
      walk.provider.people.set('3', { email: 'Zoë#1@example.org', name: 'Zoë', address: { country: 'Chile' } });
      walk.provider.people.set('4', { name: 'Nobody' });
      expect(await walk.userOf('3')).to.equal('@zo=c3=ab=231:localhost');
      expect(await get('/profile/@zo=c3=ab=231:localhost')).to.include({ displayname: 'Zoë (Chile)' });
      expectPage(await walk.comeBack(walk.newBrowser(), '4'), 403, 'does not say what you are called');
    });

    it('has no mail address that the provider has not confirmed, or that is somebody else’s', async () => {
      await walk.start();
      walk.provider.people.set('3', { preferred_username: 'carol', email: 'carol@example.org', email_verified: false });
      walk.provider.people.set('4', { preferred_username: 'dave', email: 'alice@example.org', email_verified: true });
      await walk.userOf('1');
      for (const subject of ['3', '4']) {
        const { access_token: token } = await walk.logInBy(await walk.arrive(walk.newBrowser(), subject));
        expect((await as(token, 'GET', '/account/3pid'))['threepids']).to.deep.equal([]);
      }
    });

    it('is made by a press of the button only, and only where that is wanted', async () => {
      await walk.start();
      await walk.comeBack();
      expect(await get('/register/available?username=alice')).to.deep.equal({ available: true });
      await walk.stop();
      await walk.start({ provider: { registration: false } });
      expectPage(await walk.comeBack(), 403, 'You have no account on localhost');
    });

    it('needs the acceptance of the terms, also where the client is trusted', async () => {
      const terms = { version: '2', policies: { privacy: { en: { name: 'Privacy', url: 'https://example.org/privacy' } } } };
      await walk.start({ sso: { trusted_clients: ['https://app.example.org'] }, config: { registration: { mode: 'closed', terms } } });
      const browser = walk.newBrowser();
      const question = await walk.comeBack(browser);
      expectPage(question, 200, 'https://example.org/privacy');
      expectPage(await browser.submit(question, { accepted: '' }), 200, 'Without accepting');
      leftFor(await browser.submit(question));
      leftFor(await walk.comeBack());
    });

    it('is what modules are asked about, with the provider', async () => {
      const attempts: unknown[] = [];
      const told: string[] = [];
      class Registrations {
        constructor(_config: unknown, api: Record<string, (callbacks: object) => void>) {
          api['registerSpamCheckerCallbacks']?.({
            check_registration_for_spam: async (email: unknown, username: string, info: unknown[], provider_: string) => {
              attempts.push([email, username, info.length, provider_]);
              return username === 'bob' ? RegistrationBehaviour.DENY : RegistrationBehaviour.ALLOW;
            },
          });
          api['registerAccountValidityCallbacks']?.({ on_user_registration: async (userId: string) => void told.push(userId) });
        }
      }
      await walk.start({ modules: [{ module: Registrations }] });
      await walk.userOf('1');
      await walk.userOf('1');
      const browser = walk.newBrowser();
      expect((await browser.submit(await walk.comeBack(browser, '2'))).status).to.equal(403);
      expect(attempts).to.deep.equal([
        [{ medium: 'email', address: 'alice@example.org', validated_at: walk.server.clock.now() }, 'alice', 1, 'company'],
        [null, 'bob', 1, 'company'],
      ]);
      expect(told).to.deep.equal(['@alice:localhost']);
      expect(await get('/register/available?username=bob')).to.deep.equal({ available: true });
    });
  });

  it('the example of the administrator’s guide works', async () => {
    const [example = ''] = blocksOf(readFileSync(join(import.meta.dirname, '../../../docs/admin/single-sign-on.md'), 'utf8'), 'yaml');
    parseConfig(example, { env: { OIDC_SECRET: 'secret' } });
    const { sso } = parse(example) as { sso: { oidc_providers: [Json] } };
    const { issuer, client_id, client_secret } = walk.company;
    await walk.start({ sso: { ...sso, oidc_providers: [{ ...sso.oidc_providers[0], issuer, client_id, client_secret }] } });
    walk.provider.people.set('3', {
      preferred_username: 'Carol',
      given_name: 'Carol',
      family_name: 'Danvers',
      email: 'carol@example.org',
      email_verified: true,
    });
    const { user_id: userId, access_token: token } = await walk.logInBy(leftFor(await walk.comeBack(walk.newBrowser(), '3')));
    expect(userId).to.equal('@carol:localhost');
    expect(await get('/profile/@carol:localhost')).to.include({ displayname: 'Carol Danvers' });
    expect((await as(token, 'GET', '/account/3pid'))['threepids']).to.have.lengthOf(1);
  });

  describe('an account', () => {
    it('that is locked or deactivated is not opened, nor given anew', async () => {
      await walk.start();
      const { access_token: token } = await walk.logInBy(await walk.arrive());
      const admin = await walk.server.user('root', { admin: true });
      await admin.request('PUT', '/_matrix/client/v1/admin/lock/@alice:localhost', { locked: true });
      expectPage(await walk.comeBack(), 403, 'has been locked');
      await admin.request('PUT', '/_matrix/client/v1/admin/lock/@alice:localhost', { locked: false });
      const browser = walk.newBrowser();
      const question = await walk.comeBack(browser);
      await walk.confirmed((auth) => as(token, 'POST', '/account/deactivate', { auth }));
      expectPage(await browser.submit(question), 403, 'deactivated');
      expectPage(await walk.comeBack(), 403, 'deactivated');
    });

    it('is opened also when the server starts again on the way', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'plexus-sso-'));
      const database = join(folder, 'plexus.db');
      try {
        await walk.start({ database });
        const browser = walk.newBrowser();
        const form = await browser.open(walk.redirect());
        await walk.stop();
        await walk.start({ database });
        const question = await browser.submit(form, { login: '1' });
        await walk.stop();
        await walk.start({ database });
        expect((await walk.logInBy(leftFor(await browser.submit(question))))['user_id']).to.equal('@alice:localhost');
        await walk.stop();
        await walk.start({ database });
        expect(await walk.userOf('1')).to.equal('@alice:localhost');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
