import { expect } from 'chai';
import { createClient, type MatrixClient } from 'matrix-js-sdk';
import { useBrowser, type BrowserPage } from '../support/browser.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { SsoWalk } from '../support/sso-walk.ts';
import { SILENT } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

/** The page of a web client, which is told by a window that it has opened when that is done. */
const APP = `<!doctype html><link rel="icon" href="data:,"><title>App</title><p id="state">waiting</p>
  <script>addEventListener('message', (event) => (document.getElementById('state').textContent = event.data))</script>`;

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey by single sign-on, in a real browser', function () {
  this.timeout(30_000);
  tameClients();
  const newPage = useBrowser();

  let walk: SsoWalk;
  let app: OtherServer;
  let opened: BrowserPage;
  let client: MatrixClient;
  before(async () => {
    walk = await SsoWalk.open();
    await walk.start();
    app = await otherServer((_request, response) => response.setHeader('content-type', 'text/html').end(APP));
    client = createClient({ baseUrl: walk.base, logger: SILENT });
    opened = await newPage();
  });
  after(async () => {
    await app?.close();
    await walk?.stop();
    await walk?.provider.close();
  });

  it('the client leads to the provider, and the person back to a question', async () => {
    const { page } = opened;
    const flows = await client.loginFlows();
    expect(flows.flows).to.deep.include({ type: 'm.login.sso', identity_providers: [{ id: 'company', name: 'The Company' }] });
    await page.goto(client.getSsoLoginUrl(`${app.url}/#/welcome`, 'sso', 'company'));
    await page.getByRole('textbox').fill('1');
    await page.getByRole('button', { name: 'Log in at the provider' }).click();
    await page.getByRole('heading', { name: 'Your new account' }).waitFor();
    expect(await page.locator('body').innerText())
      .to.include('@alice:localhost')
      .and.include(new URL(app.url).host);
    expect(await page.evaluate('document.cookie'), 'no script sees the cookie').to.not.include('plexus_sso_');
  });

  it('the button leads to the client, which logs in', async () => {
    const { page, context } = opened;
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${app.url}/**`);
    const { searchParams, hash } = new URL(page.url());
    expect(hash).to.equal('#/welcome');
    const login = await client.loginWithToken(searchParams.get('loginToken') ?? '');
    expect(login.user_id).to.equal('@alice:localhost');
    client = createClient({ baseUrl: walk.base, logger: SILENT, userId: login.user_id, deviceId: login.device_id, accessToken: login.access_token });
    expect((await client.whoami()).user_id).to.equal('@alice:localhost');
    expect((await context.cookies()).map(({ name }) => name).filter((name) => name.startsWith('plexus_sso_'))).to.deep.equal([]);
  });

  it('a second device comes without a password, as the provider still knows the person', async () => {
    const { page } = opened;
    await page.goto(client.getSsoLoginUrl(app.url));
    await page.getByRole('heading', { name: 'Go on to the application?' }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${app.url}/**`);
    const second = createClient({ baseUrl: walk.base, logger: SILENT });
    await second.loginWithToken(new URL(page.url()).searchParams.get('loginToken') ?? '');
    expect((await client.getDevices()).devices).to.have.lengthOf(2);
  });

  it('the client removes that device, once the person has confirmed it in a window of its own', async () => {
    const { page, context } = opened;
    const other = (await client.getDevices()).devices.find(({ device_id: id }) => id !== client.getDeviceId())?.device_id ?? '';
    const asked = await client.deleteDevice(other).catch((error: { data: { session: string; flows: unknown } }) => error.data);
    const { session, flows } = asked as { session: string; flows: unknown };
    expect(flows).to.deep.equal([{ stages: ['m.login.sso'] }]);
    await page.goto(app.url);
    const waiting = context.waitForEvent('page');
    await page.evaluate(`void window.open(${JSON.stringify(client.getFallbackAuthUrl('m.login.sso', session))})`);
    const window = await waiting;
    await window.getByRole('link', { name: 'Go on with The Company' }).click();
    await window.getByRole('textbox').fill('1');
    await window.getByRole('button', { name: 'Log in at the provider' }).click();
    await window.getByRole('heading', { name: 'Confirm what is to be done' }).waitFor();
    expect(await window.locator('body').innerText()).to.include('log other devices out');
    expect(await page.locator('#state').innerText()).to.equal('waiting');
    await window.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('authDone').waitFor();
    await client.deleteDevice(other, { session });
    expect((await client.getDevices()).devices).to.have.lengthOf(1);
  });

  it('an application with links of its own gets the token as well, and no page has broken its policy', async () => {
    const { page, complaints } = opened;
    await page.goto(client.getSsoLoginUrl('org.example.app://done'));
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await (await answer).headerValue('location')).to.match(/^org\.example\.app:\/\/done\?loginToken=pll_/);
    expect(complaints).to.deep.equal([]);
  });

  it('no other page can show the question in a frame', async () => {
    const { page } = await newPage();
    await page.goto(app.url);
    await page.evaluate(`document.body.innerHTML = '<iframe src="${walk.base}/_plexus/client/sso/continue?flow=x"></iframe>'`);
    await page.waitForLoadState('networkidle');
    expect(page.frames().map((frame) => frame.url())).to.not.include(`${walk.base}/_plexus/client/sso/continue?flow=x`);
  });
});
