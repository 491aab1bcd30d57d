import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Codes, defineModule } from 'plexus/module';
import { boot, expectError, TestUser, type BootOptions, type ClientEvent, type TestServer } from 'plexus/testing';

const MODULE = 'plexus:welcome-message';
const HOST = '@welcome:localhost';
const HOUR = 3_600_000;
const MESSAGE = { text: 'Welcome to {{ server_name }}, {{ display_name }}!' };

describe('plexus:welcome-message', () => {
  let server: TestServer;
  const start = async (config: object, others: readonly unknown[] = [], options: BootOptions = {}): Promise<void> => {
    server = await boot({ port: 'none', clock: 'fake', modules: [...others, { module: MODULE, config }], ...options });
    await server.idle();
  };
  afterEach(() => server.close());

  /** Somebody from before a restart. */
  const here = ({ userId, deviceId, accessToken }: TestUser): TestUser => new TestUser({ url: server.fetch, userId, deviceId, accessToken });
  /** Registers somebody, and lets the module do what it has to. */
  const newcomer = async (name: string): Promise<TestUser> => {
    const user = await server.user(name);
    await server.idle();
    return user;
  };
  const invitationsOf = async (user: TestUser): Promise<Record<string, { invite_state: { events: ClientEvent[] } }>> =>
    ((await user.sync())['rooms'] as { invite?: Record<string, never> } | undefined)?.invite ?? {};
  /** The only room to which somebody is invited. */
  const invitedTo = async (user: TestUser): Promise<string> => {
    const rooms = Object.keys(await invitationsOf(user));
    expect(rooms).to.have.length(1);
    return rooms[0] ?? '';
  };
  const textsIn = async (user: TestUser, room: string): Promise<unknown[]> =>
    (await user.messages(room)).filter(({ type }) => type === 'm.room.message').map(({ content }) => content['body']);
  /** What somebody who goes where they are invited finds there. */
  const greetingsOf = async (user: TestUser): Promise<unknown[]> => textsIn(user, await user.join(await invitedTo(user)));
  const directRoomsOf = (user: TestUser): Promise<object> => user.getAccountData('m.direct');
  const isUninvited = async (user: TestUser): Promise<void> => {
    expect(await invitationsOf(user)).to.deep.equal({});
  };
  /** A module that lets nothing through that the host says. */
  const against = (refuse: () => unknown): object => ({
    module: defineModule({
      name: 'against',
      setup: (api) =>
        api.registerSpamCheckerCallbacks({
          check_event_for_spam: (event) => event.sender === HOST && event.type === 'm.room.message' && (refuse() as boolean | typeof Codes.FORBIDDEN),
        }),
    }),
  });

  it('greets in a direct room, as text and as HTML', async () => {
    const html = '<b>Hello</b>, {{ display_name }} ({{ user_id }}, {{ localpart }})';
    const from = { localpart: 'welcome', display_name: 'The house', avatar_url: 'mxc://localhost/picture' };
    await start({ from, room_name: 'Welcome', message: { ...MESSAGE, html } });
    const alice = await newcomer('alice');
    const room = await invitedTo(alice);
    const shown = (await invitationsOf(alice))[room]?.invite_state.events ?? [];
    expect(shown.find(({ state_key: key }) => key === alice.userId)?.content).to.include({ membership: 'invite', is_direct: true });
    expect(shown.find(({ type }) => type === 'm.room.name')?.content).to.deep.equal({ name: 'Welcome' });
    expect(await directRoomsOf(alice)).to.deep.equal({ [HOST]: [room] });
    await alice.join(room);
    expect(await alice.getState(room, 'm.room.member', HOST)).to.include({ displayname: 'The house', avatar_url: 'mxc://localhost/picture' });
    const [said] = (await alice.messages(room)).filter(({ type }) => type === 'm.room.message');
    expect(said).to.deep.include({
      sender: HOST,
      content: {
        msgtype: 'm.text',
        body: 'Welcome to localhost, alice!',
        format: 'org.matrix.custom.html',
        formatted_body: '<b>Hello</b>, alice (@alice:localhost, alice)',
      },
    });
  });

  it('uses an account that is there, and greets neither it nor those who are exempt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-welcome-'));
    const database = join(folder, 'database');
    server = await boot({ port: 'none', database });
    const host = await server.user('concierge');
    await server.close();
    await start({ from: { localpart: 'concierge', display_name: 'Concierge' }, message: MESSAGE, exempt: ['@bridge-*'] }, [], { database });
    expect(await here(host).profile()).to.include({ displayname: 'Concierge' });
    await isUninvited(here(host));
    await isUninvited(await newcomer('bridge-1'));
    expect(await greetingsOf(await newcomer('alice'))).to.deep.equal(['Welcome to localhost, alice!']);
    rmSync(folder, { recursive: true });
  });

  it('greets guests when they register, and bots only where that is wanted', async () => {
    await start({ message: MESSAGE });
    const guest = await server.guest();
    await server.idle();
    await isUninvited(guest);
    const [localpart] = guest.userId.slice(1).split(':');
    const user = await server.register(localpart ?? '', 'secret', { guest_access_token: guest.accessToken });
    await server.idle();
    expect(await greetingsOf(user)).to.have.length(1);
    expect(await registerBot('bot')).to.deep.equal({});
    await server.exchangeModules([{ module: MODULE, config: { message: MESSAGE, bots: true } }]);
    expect(Object.keys(await registerBot('robot'))).to.have.length(1);
  });

  /** Makes an account by the shared secret, as programs do for themselves. @returns its invitations */
  async function registerBot(username: string): Promise<object> {
    const path = '/_synapse/admin/v1/register';
    const { nonce } = (await server.request('GET', path)) as { nonce: string };
    const mac = createHmac('sha1', 'for tests only').update([nonce, username, 'secret', 'notadmin', 'bot'].join('\0')).digest('hex');
    await server.request('POST', path, { nonce, username, password: 'secret', admin: false, user_type: 'bot', mac });
    await server.idle();
    return invitationsOf(await server.login({ user: username, password: 'secret' }));
  }

  it('brings users into rooms, and invites them to others', async () => {
    await start({ join: ['#lobby:localhost', '#inner:localhost', '#closed:localhost'], invite_to: ['#help:localhost'], exempt: ['@owner:*'] });
    const owner = await server.user('owner');
    const lobby = await owner.createRoom({ preset: 'public_chat', room_alias_name: 'lobby' });
    const inner = await owner.createRoom({ room_alias_name: 'inner', invite: [HOST], power_level_content_override: { invite: 0 } });
    const closed = await owner.createRoom({ room_alias_name: 'closed' });
    const help = await owner.createRoom({ preset: 'public_chat', room_alias_name: 'help', power_level_content_override: { invite: 0 } });
    const alice = await newcomer('alice');
    await alice.send(lobby, 'here I am');
    await alice.send(inner, 'and here');
    await expectError(alice.join(closed), 403, 'M_FORBIDDEN');
    expect(Object.keys(await invitationsOf(alice))).to.deep.equal([help]);
  });

  it('speaks to those who join a room for the first time', async () => {
    await start({ on_join: [{ rooms: ['#lobby:localhost'], message: { text: 'Hello {{ display_name }}' } }] });
    const owner = await newcomer('owner');
    const lobby = await owner.createRoom({ preset: 'public_chat', room_alias_name: 'lobby' });
    const other = await owner.createRoom({ preset: 'public_chat' });
    const alice = await newcomer('alice');
    await alice.join(lobby);
    await alice.join(other);
    await server.idle();
    await alice.setProfile('displayname', 'Alice');
    await owner.setProfile('displayname', 'Owner');
    await alice.leave(lobby);
    await alice.join(lobby);
    await server.idle();
    expect(await textsIn(owner, lobby)).to.deep.equal(['Hello alice']);
    expect(await textsIn(owner, other)).to.deep.equal([]);
  });

  describe('when something goes wrong', () => {
    it('tries again, until it is done, and does no more than that', async () => {
      let failures = 2;
      const flaky = against(() => {
        if (failures-- > 0) throw new Error('a bad day');
        return false;
      });
      await start({ message: MESSAGE }, [flaky]);
      const alice = await newcomer('alice');
      for (const wait of [60_000, 300_000, 24 * HOUR]) {
        await server.advance(wait);
        await server.idle();
      }
      expect(await greetingsOf(alice)).to.deep.equal(['Welcome to localhost, alice!']);
      expect(failures).to.equal(-1);
    });

    it('gives up in the end', async () => {
      let asked = 0;
      const broken = against(() => {
        asked += 1;
        throw new Error('a bad year');
      });
      await start({ message: MESSAGE }, [broken]);
      await newcomer('alice');
      for (let day = 0; day < 5; day++) {
        for (const wait of [60_000, 300_000, 1_800_000, 2 * HOUR, 12 * HOUR]) {
          await server.advance(wait);
          await server.idle();
        }
      }
      expect(asked).to.equal(6);
    });

    it('takes no for an answer, of another module', async () => {
      let asked = 0;
      const against403 = against(() => {
        asked += 1;
        return Codes.FORBIDDEN;
      });
      await start({ message: MESSAGE, join: ['#lobby:localhost'], exempt: ['@owner:*'] }, [against403]);
      const owner = await server.user('owner');
      const lobby = await owner.createRoom({ preset: 'public_chat', room_alias_name: 'lobby' });
      const alice = await newcomer('alice');
      await server.advance(24 * HOUR);
      await server.idle();
      expect(asked).to.equal(1);
      await alice.send(lobby, 'here I am, though');
    });

    it('leaves those alone who have declined meanwhile', async () => {
      let failures = 1;
      const flaky = against(() => {
        if (failures-- > 0) throw new Error('a bad day');
        return false;
      });
      await start({ message: MESSAGE }, [flaky]);
      const alice = await newcomer('alice');
      await alice.leave(await invitedTo(alice));
      await server.advance(60_000);
      await server.idle();
      await isUninvited(alice);
      expect(failures).to.equal(0);
    });
  });

  describe('across restarts', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'plexus-welcome-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const restart = async (config: object, others: readonly unknown[] = []): Promise<void> => {
      await server.close();
      await start(config, others, { database: join(folder, 'database') });
    };
    const begin = (config: object, others: readonly unknown[] = []): Promise<void> => start(config, others, { database: join(folder, 'database') });

    it('greets once', async () => {
      await begin({ message: MESSAGE });
      const alice = await newcomer('alice');
      await restart({ message: MESSAGE });
      await restart({ message: { text: 'Something else' }, existing_users: true });
      expect(await greetingsOf(here(alice))).to.deep.equal(['Welcome to localhost, alice!']);
    });

    it('goes on where it was', async () => {
      const broken = against(() => {
        throw new Error('a bad day');
      });
      await begin({ message: MESSAGE }, [broken]);
      const alice = await newcomer('alice');
      const room = await invitedTo(alice);
      await restart({ message: MESSAGE });
      expect(await textsIn(here(alice), await here(alice).join(room))).to.deep.equal([]);
      await server.advance(60_000);
      await server.idle();
      expect(await textsIn(here(alice), room)).to.deep.equal(['Welcome to localhost, alice!']);
      await isUninvited(here(alice));
    });
  });

  describe('with users who were made without it', () => {
    const exchange = async (...modules: readonly unknown[]): Promise<void> => {
      await server.advance(1);
      await server.exchangeModules(modules);
      await server.idle();
    };
    const entry = (more: object = {}): object => ({ module: MODULE, config: { message: MESSAGE, ...more } });

    it('finds those whom it has not heard of', async () => {
      await start({ message: MESSAGE });
      await exchange();
      const alice = await server.user('alice');
      await exchange(entry());
      expect(await greetingsOf(alice)).to.have.length(1);
    });

    it('greets those who were there before on demand, and once', async () => {
      server = await boot({ port: 'none', clock: 'fake' });
      const alice = await server.user('alice');
      await exchange(entry());
      await isUninvited(alice);
      for (const more of [{ existing_users: true }, {}, { existing_users: true }]) await exchange(entry(more));
      expect(await greetingsOf(alice)).to.have.length(1);
    });
  });

  it('gives what it keeps of somebody, and forgets it with them', async () => {
    await start({ message: MESSAGE });
    const admin = await server.user('root', { admin: true });
    const alice = await server.register('alice', 'secret');
    await server.idle();
    const exported = async (): Promise<unknown> => {
      const { modules } = await admin.request('GET', `/_plexus/admin/v1/users/${encodeURIComponent(alice.userId)}/export`);
      return (modules as { readonly module: string; readonly data: unknown }[]).find(({ module }) => module === 'welcome-message')?.data;
    };
    expect(await exported()).to.deep.equal({ greeted_at: server.clock.now(), room_id: await invitedTo(alice) });
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: 'secret' };
    await alice.request('POST', '/_matrix/client/v3/account/deactivate', { erase: true, auth });
    await server.idle();
    expect(await exported()).to.equal(undefined);
  });

  it('refuses templates and rooms that are none', async () => {
    await start({});
    const problem = async (config: object): Promise<string> =>
      String(await server.exchangeModules([{ module: MODULE, config }]).catch((error: unknown) => error));
    expect(await problem({ message: { text: '{% if %}' } })).to.contain('config.message.text');
    expect(await problem({ on_join: [{ rooms: ['#a:b'], message: { text: 'x', html: '{{ ' } }] })).to.contain('config.on_join[0].message.html');
    expect(await problem({ join: ['lobby'] })).to.contain('config.join[0]');
  });
});
