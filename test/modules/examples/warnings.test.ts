import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import Warnings from './warnings.ts';

describe('Warnings', () => {
  it('are counted, exported, and forgotten with their user', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: Warnings, name: 'warnings' }] });
    const [admin, alice] = [await server.user('root', { admin: true }), await server.register('alice')];
    const path = '/_synapse/client/warnings';
    const warn = (): Promise<object> => admin.request('POST', path, { user: alice.userId, text: 'Be kind' });
    await Promise.all([warn(), warn()]);
    await alice.createRoom();
    expect(await warn()).to.deep.equal({ warnings: 3 });
    await expectError(alice.createRoom(), 403, 'M_FORBIDDEN');
    await expectError(alice.request('POST', path, {}), 403, 'M_FORBIDDEN');
    expect(await alice.request('GET', path)).to.deep.equal({ warned: [alice.userId] });
    const exported = await admin.request('GET', `/_plexus/admin/v1/users/${alice.userId}/export`);
    expect(JSON.stringify(exported)).to.contain('Be kind');
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: 'secret' };
    await alice.request('POST', '/_matrix/client/v3/account/deactivate', { auth, erase: true });
    await server.idle();
    expect(await admin.request('GET', path)).to.deep.equal({ warned: [] });
    await server.close();
  });
});
