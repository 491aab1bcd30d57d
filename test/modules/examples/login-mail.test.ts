import { expect } from 'chai';
import { boot } from 'plexus/testing';
import type { ModuleApi } from 'plexus/module';
import LoginMail from './login-mail.ts';

describe('LoginMail', () => {
  it('tells users that somebody logged in', async () => {
    class Accounts {
      constructor(_config: object, api: ModuleApi) {
        api.registerPasswordAuthProviderCallbacks({ auth_checkers: [[['m.login.password', ['password']], (user) => user]] });
        api.registerWebResource('/accounts', {
          POST: async (ctx) => void (ctx.body = { userId: await api.registerUser('alice', 'Alice', ['alice@example.org']) }),
        });
      }
    }
    const server = await boot({ outside: 'caught', modules: [{ module: LoginMail }, { module: Accounts }] });
    await server.request('POST', '/accounts', {});
    await server.login({ user: 'alice', password: 'any' });
    await server.idle();
    const mail = server.outside.takeMail('alice@example.org');
    expect([mail.subject, mail.text]).to.deep.equal(['localhost: a new login', 'Somebody has just logged in as @alice:localhost.']);
    await server.close();
  });
});
