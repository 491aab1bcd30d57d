import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { pathOf } from './room-reading.ts';
import { RawDatabase } from '../support/raw-database.ts';

describe('reports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-reports-'));
  const file = join(folder, 'plexus.db');
  let server: TestServer;
  let database: RawDatabase;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  let eventId: string;
  before(async () => {
    server = await boot({ database: file, clock: 'fake' });
    database = new RawDatabase(file, { readonly: true });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    eventId = await alice.send(room, 'nasty');
  });
  after(async () => {
    database.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const newest = (): unknown => database.all('select * from reports order by report_id desc limit 1')[0];
  const reportEvent = (user: TestUser, event: string, body: Json): Promise<Json> =>
    user.request('POST', `${pathOf(room)}/report/${encodeURIComponent(event)}`, body);
  const none = { reporter: '@bob:localhost', user_id: null, room_id: null, event_id: null, reason: null, score: null };

  it('of events are kept, with who sent them', async () => {
    await bob.join(room);
    expect(await reportEvent(bob, eventId, { reason: 'makes me sad', score: -100 })).to.deep.equal({});
    const event = { user_id: alice.userId, room_id: room, event_id: eventId, created_ts: server.clock.now() };
    expect(newest()).to.deep.include({ ...none, ...event, reason: 'makes me sad', score: -100 });
    await reportEvent(bob, eventId, {});
    expect(newest()).to.deep.include({ ...none, ...event });
  });

  it('of events are for those who are in the room and see them', async () => {
    const carol = await server.user('carol');
    await expectError(reportEvent(carol, eventId, {}), 404, 'M_NOT_FOUND');
    await expectError(reportEvent(alice, '$nothing', {}), 404, 'M_NOT_FOUND');
    const other = await alice.send(await alice.createRoom(), 'elsewhere');
    await expectError(reportEvent(alice, other, {}), 404, 'M_NOT_FOUND');
    await carol.join(room);
    await carol.leave(room);
    await expectError(reportEvent(carol, eventId, {}), 404, 'M_NOT_FOUND');
  });

  it('of events may be about somebody whom one ignores', async () => {
    await bob.request('PUT', `/_matrix/client/v3/user/${bob.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
    expect(await reportEvent(bob, eventId, { reason: 'and again' })).to.deep.equal({});
  });

  it('of rooms and users are kept, whether one shares a room or not', async () => {
    const secret = await alice.createRoom({ preset: 'private_chat' });
    expect(await bob.request('POST', `${pathOf(secret)}/report`, { reason: 'a den' })).to.deep.equal({});
    expect(newest()).to.deep.include({ ...none, room_id: secret, reason: 'a den' });
    expect(await bob.request('POST', `/_matrix/client/v3/users/${alice.userId}/report`, { reason: '' })).to.deep.equal({});
    expect(newest()).to.deep.include({ ...none, user_id: alice.userId, reason: '' });
  });

  it('of what there is not are refused, and so are those that are malformed', async () => {
    await expectError(bob.request('POST', `${pathOf('!nothing:localhost')}/report`, { reason: 'x' }), 404, 'M_NOT_FOUND');
    await expectError(bob.request('POST', '/_matrix/client/v3/users/@nobody:localhost/report', { reason: 'x' }), 404, 'M_NOT_FOUND');
    await expectError(bob.request('POST', `${pathOf(room)}/report`, {}), 400, 'M_BAD_JSON');
    await expectError(bob.request('POST', `/_matrix/client/v3/users/${alice.userId}/report`, { reason: 7 }), 400, 'M_BAD_JSON');
    await expectError(reportEvent(bob, eventId, { score: 1 }), 400, 'M_BAD_JSON');
    await expectError(reportEvent(bob, eventId, { reason: 'x'.repeat(5000) }), 400, 'M_BAD_JSON');
  });
});
