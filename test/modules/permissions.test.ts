import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineModule, NotPermitted, type ModuleApi, type ModulePermissions } from '../../src/modules/public.ts';
import { boot } from '../../src/testing/index.ts';

/** Starts a server with a module of these permissions, lets it do something, and says what came of it. */
async function tried(permissions: ModulePermissions | undefined, act: (api: ModuleApi) => unknown, late = true): Promise<string> {
  let handed: ModuleApi | undefined;
  const module = defineModule({
    name: 'declared',
    ...(permissions !== undefined && { permissions }),
    setup(api) {
      handed = api;
      if (!late) act(api);
    },
  });
  const server = await boot({ modules: [{ module }], config: { outgoing: { allow_addresses: ['127.0.0.0/8'] } } }).catch((error: Error) => error);
  if (server instanceof Error) return server.message;
  try {
    if (late && handed !== undefined) await act(handed);
    return 'done';
  } catch (error) {
    return error instanceof NotPermitted ? `NotPermitted: ${error.message}` : String(error);
  } finally {
    await server.close();
  }
}

describe('the permissions of modules', () => {
  const spam = (api: ModuleApi): void => api.registerSpamCheckerCallbacks({ check_event_for_spam: () => false });

  it('are all there for a module that declares none', async () => {
    expect(await tried(undefined, spam, false)).to.equal('done');
    expect(await tried(undefined, (api) => api.store.set('a', 1))).to.equal('done');
    expect(await tried(undefined, (api) => api.checkUserExists('@a:localhost'))).to.equal('done');
  });

  it('stop the start when a module registers what it did not declare', async () => {
    expect(await tried({ callbacks: ['registerSpamCheckerCallbacks'] }, spam, false)).to.equal('done');
    expect(await tried({}, spam, false)).to.contain("it would need callbacks: ['registerSpamCheckerCallbacks'] in its permissions");
    const page = (api: ModuleApi): void => api.registerWebResource('/x', { GET: () => undefined });
    expect(await tried({}, page, false)).to.contain('web: true');
    expect(await tried({ web: true }, page, false)).to.equal('done');
  });

  it('refuse what a module does later and did not declare', async () => {
    expect(await tried({}, (api) => api.checkUserExists('@a:localhost'))).to.match(/^NotPermitted: checkUserExists .* api: \['checkUserExists'\]/);
    expect(await tried({ api: ['checkUserExists'] }, (api) => api.checkUserExists('@a:localhost'))).to.equal('done');
    expect(await tried({}, (api) => api.store.set('a', 1))).to.match(/^NotPermitted: store .* storage: true/);
    expect(await tried({ storage: true }, (api) => api.store.set('a', 1))).to.equal('done');
    expect(await tried({}, (api) => api.accountDataManager.getGlobal('@a:localhost', 'x'))).to.match(/^NotPermitted: accountDataManager/);
  });

  it('leave its surroundings to every module', async () => {
    expect(await tried({}, async (api) => (await api.sleep(0), api.log.info({}, 'x'), api.getQualifiedUserId('a')))).to.equal('done');
  });

  it('that name what is not there stop the start, with the nearest name', async () => {
    expect(await tried({ api: ['createRom' as 'createRoom'] }, () => undefined)).to.contain('did you mean createRoom?');
    expect(await tried({ callbacks: ['registerSpamChecker' as 'registerSpamCheckerCallbacks'] }, () => undefined)).to.contain(
      'permissions.callbacks',
    );
    expect(await tried({ netwrk: ['x'] } as object, () => undefined)).to.contain('did you mean network?');
  });

  describe('for the network', () => {
    let site: Server, address: string;
    before(async () => {
      site = createServer((request, response) => {
        if (request.url === '/away') response.writeHead(302, { location: `http://localhost:${(site.address() as AddressInfo).port}/` }).end();
        else response.end('{}');
      });
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    });
    after(() => site.close());

    it('name hosts', async () => {
      expect(await tried({ network: ['127.0.0.*'] }, (api) => api.httpClient.getJson(address))).to.equal('done');
      expect(await tried({ network: ['*.example.org'] }, (api) => api.httpClient.getJson(address))).to.match(
        /^NotPermitted: 127\.0\.0\.1:\d+ is not/,
      );
      expect(await tried({}, (api) => api.httpClient.getJson(address))).to.match(/^NotPermitted: httpClient .* network/);
    });

    it('hold where a reply leads elsewhere', async () => {
      const away = (api: ModuleApi): unknown => api.httpClient.getJson(`${address}/away`);
      expect(await tried({ network: ['127.0.0.1'] }, away)).to.match(/^NotPermitted: localhost:\d+ is not/);
      expect(await tried({ network: ['127.0.0.1', 'localhost'] }, away)).to.equal('done');
    });
  });
});
