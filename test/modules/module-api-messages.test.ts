import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, type ModuleApi } from '../../src/modules/public.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { PushGateway } from '../support/push-gateway.ts';
import { refusal, withApi } from './with-api.ts';

const V3 = '/_matrix/client/v3';

describe('how modules notify people', () => {
  let server: TestServer, api: ModuleApi;
  let alice: TestUser;
  let mailbox: Mailbox, gateway: PushGateway;
  before(async () => {
    mailbox = await openMailbox();
    gateway = await PushGateway.start();
    const mail = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'localhost <noreply@localhost>' };
    ({ server, api } = await withApi({
      config: { mail, public_baseurl: 'http://127.0.0.1:8008/', outgoing: { allow_addresses: ['127.0.0.0/8'] } },
    }));
    alice = await server.user('alice');
  });
  after(async () => {
    await server.close();
    await mailbox.close();
    await gateway.close();
  });

  describe('by push rules', () => {
    const actionsOf = async (kind: string, ruleId: string): Promise<unknown> =>
      ((await alice.request('GET', `${V3}/pushrules/global/${kind}/${ruleId}/actions`)) as { actions: unknown }).actions;

    it('checkPushRuleActions knows what a rule can do', () => {
      expect(() => api.checkPushRuleActions(['notify', { set_tweak: 'sound', value: 'default' }])).not.to.throw();
      expect(() => api.checkPushRuleActions(['shout'])).to.throw('shout');
    });

    it('setPushRuleAction changes what a rule of a user does', async () => {
      await api.setPushRuleAction(alice.userId, 'global', 'underride', '.m.rule.message', []);
      expect(await actionsOf('underride', '.m.rule.message')).to.deep.equal([]);
      const set = (...args: [string, string, string, string]): Promise<unknown> => refusal(api.setPushRuleAction(...args, ['notify']));
      expect(await set(alice.userId, 'global', 'underride', 'none')).to.include({ errcode: 'M_NOT_FOUND' });
      expect(await set('@none:localhost', 'global', 'underride', '.m.rule.message')).to.include({ errcode: 'M_NOT_FOUND' });
      expect(await set(alice.userId, 'device', 'underride', '.m.rule.message')).to.match(/global/);
      expect(await set(alice.userId, 'global', 'unknown', '.m.rule.message')).to.be.instanceOf(Error);
    });
  });

  describe('by sendHttpPushNotification', () => {
    const setPusher = (user: TestUser, pushkey: string, url = gateway.url): Promise<unknown> =>
      user.request('POST', `${V3}/pushers/set`, {
        kind: 'http',
        app_id: 'org.example',
        pushkey,
        app_display_name: 'App',
        device_display_name: 'Phone',
        lang: 'en',
        data: { url, default_payload: { kept: 1, changed: 1 } },
      });

    it('tells the gateways of all devices, or of one', async () => {
      const bob = await server.user('bob');
      await setPusher(bob, 'key');
      const told = await api.sendHttpPushNotification(bob.userId, null, { room_id: '!r', devices: [] }, { sound: 'bell' }, { changed: 2 });
      expect(told).to.deep.equal({ [bob.deviceId]: true });
      const [notification] = gateway.take();
      expect(notification).to.include({ room_id: '!r' });
      expect(notification?.devices[0]).to.deep.include({
        pushkey: 'key',
        app_id: 'org.example',
        data: { default_payload: { kept: 1, changed: 2 } },
        tweaks: { sound: 'bell' },
      });
      expect(await api.sendHttpPushNotification(bob.userId, 'OTHER', {})).to.deep.equal({});
      expect(gateway.take()).to.deep.equal([]);
    });

    it('says which gateways did not take it, and forgets what one does not want', async () => {
      const carol = await server.user('carol');
      await setPusher(carol, 'unwanted');
      gateway.answer = { status: 500, body: '{}' };
      expect(await api.sendHttpPushNotification(carol.userId, null, {})).to.deep.equal({ [carol.deviceId]: false });
      gateway.answer = { status: 200, body: '{"rejected":["unwanted"]}' };
      expect(await api.sendHttpPushNotification(carol.userId, null, {})).to.deep.equal({ [carol.deviceId]: false });
      gateway.answer = PushGateway.accepting;
      expect(await api.sendHttpPushNotification(carol.userId, null, {})).to.deep.equal({});
    });

    it('tells nothing to a user who has expired', async () => {
      class Expires {
        constructor(_config: unknown, other: ModuleApi) {
          other.registerAccountValidityCallbacks({ is_user_expired: (userId) => (userId.startsWith('@gone') ? pusherIsSet : null) });
        }
      }
      let pusherIsSet = false;
      const strict = await withApi({ modules: [{ module: Expires }], config: { outgoing: { allow_addresses: ['127.0.0.0/8'] } } });
      const gone = await strict.server.user('gone');
      await setPusher(gone, 'key');
      pusherIsSet = true;
      expect(await strict.api.sendHttpPushNotification(gone.userId, null, {})).to.deep.equal({});
      await strict.server.close();
    });
  });

  describe('by sendMail', () => {
    it('sends a text and a page', async () => {
      expect(api.emailAppName).to.equal('localhost');
      await api.sendMail('alice@example.org', 'Hello', '<p>Hello <b>you</b></p>', 'Hello you');
      await server.idle();
      const mail = mailbox.mails.at(-1);
      expect(mail?.to).to.deep.equal(['alice@example.org']);
      expect(mail?.headers['subject']).to.equal('Hello');
      expect(mail?.headers['content-type']).to.match(/^multipart\/alternative/);
      expect(mail?.text).to.contain('<p>Hello <b>you</b></p>').and.contain('\r\nHello you\r\n');
    });

    it('refuses what is no address', async () => {
      expect(await refusal(api.sendMail('nobody', 'x', 'x', 'x'))).to.include({ errcode: 'M_INVALID_PARAM' });
      expect(await refusal(api.sendMail('a@example.org, b@example.org', 'x', 'x', 'x'))).to.include({ errcode: 'M_INVALID_PARAM' });
    });

    it('says so where the server sends no mails', async () => {
      const silent = await withApi();
      expect(await refusal(silent.api.sendMail('alice@example.org', 'x', 'x', 'x'))).to.match(/section mail/);
      await silent.server.close();
    });
  });
});

describe('compileTemplate', () => {
  it('makes a template of a text, which escapes values in pages', () => {
    const greeting = 'Hello {{ name }}{% if late %}, too late{% endif %}';
    expect(compileTemplate(greeting).render({ name: '<Bob>', late: true })).to.equal('Hello <Bob>, too late');
    expect(compileTemplate(greeting, 'html').render({ name: '<Bob>' })).to.equal('Hello &lt;Bob&gt;');
  });

  it('refuses one that is wrong, and includes nothing', () => {
    expect(() => compileTemplate('{% if %}')).to.throw(/line:1/);
    for (const file of ['package.json', join(process.cwd(), 'package.json')]) {
      expect(() => compileTemplate(`{% include '${file}' %}`).render()).to.throw(/ENOENT|Failed to lookup/);
    }
  });
});

describe('readTemplates', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-templates-'));
    mkdirSync(join(folder, 'templates'));
    mkdirSync(join(folder, 'mine'));
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write('templates/mail.html', '<p>{{ name }}{% for room in rooms %}, {{ room.name }}{% endfor %}{{ toString }}</p>');
    write('templates/mail.txt', 'Hello {{ name }}{% if late %}, too late{% endif %}');
    write('templates/signed.txt', "{% include 'mail.txt' %} -- us");
    write('mine/mail.txt', 'Mine: {{ name }}');
    write('templates/broken.txt', 'Hello\n{% if %}');
    write('secret.txt', 'secret');
    write(
      'module.js',
      `export default class Letters {
        constructor(config, api) {
          const [first, second] = api.readTemplates(config.names, config.folder);
          api.registerWebResource('/_synapse/client/letters', { POST: (ctx) => { ctx.body = [first, second].map((t) => t && t.render(ctx.request.body)); } });
        }
      }`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const bootWith = (config: object): Promise<TestServer> => boot({ modules: [{ module: join(folder, 'module.js'), config }] });
  const render = async (config: object, values: object): Promise<unknown> => {
    const server = await bootWith(config);
    const rendered = await server.request('POST', '/_synapse/client/letters', values);
    await server.close();
    return rendered;
  };

  it('fills in templates from the folder beside the module, and escapes values in pages', async () => {
    const values = { name: '<Bob> & "co"', rooms: [{ name: 'one' }, { name: 'two' }], late: true };
    expect(await render({ names: ['mail.html', 'mail.txt'] }, values)).to.deep.equal([
      '<p>&lt;Bob&gt; &amp; &#34;co&#34;, one, two</p>',
      'Hello <Bob> & "co", too late',
    ]);
  });

  it('prefers those of a folder that is named, and lets one include another', async () => {
    expect(await render({ names: ['mail.txt', 'signed.txt'], folder: 'mine' }, { name: 'Bob' })).to.deep.equal(['Mine: Bob', 'Mine: Bob -- us']);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['none.txt', /no template none\.txt/],
    ['broken.txt', /broken\.txt, line:2/],
    ['../secret.txt', /outside/],
  ];
  for (const [name, message] of wrong) {
    it(`does not start the module with ${name}`, async () => {
      expect(String(await refusal(bootWith({ names: [name] })))).to.match(message);
    });
  }
});
