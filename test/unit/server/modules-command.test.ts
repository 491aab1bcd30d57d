import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { requestJson } from '../../../src/testing/request.ts';
import { boot, type TestServer, type TestUser } from '../../../src/testing/index.ts';
import { adminWithPassword } from '../../support/admin-with-password.ts';
import { plexusProgram } from '../../support/command-line.ts';
import type { Said } from '../../support/plexus-command.ts';

/** A process of its own asks a server in this one. */
describe('plexus modules', function () {
  this.timeout(30_000);
  let server: TestServer, admin: TestUser;
  before(async () => {
    server = await boot({ modules: [{ module: 'plexus:demo', config: { blocked: ['@mallory:localhost'] } }] });
    admin = await server.user('admin', { admin: true });
  });
  after(() => server.close());

  const asAdmin = (...args: readonly string[]): Promise<Said> => modules(args, admin.accessToken);
  /** @param token undefined: the command has to ask for a password */
  function modules(args: readonly string[], token?: string, input = ''): Promise<Said> {
    const program = plexusProgram(['modules', ...args, '--url', server.url]);
    const env = { ...process.env, ...(token !== undefined && { PLEXUS_ADMIN_TOKEN: token }) };
    return new Promise((done) => {
      const child = execFile(process.execPath, ['-e', program], { env }, (_error, stdout, stderr) => done({ stdout, stderr }));
      child.stdin?.end(input);
    });
  }

  it('shows them, changes them, adds and removes', async () => {
    expect((await asAdmin('list')).stdout)
      .to.contain('demo (plexus:demo): enforce')
      .and.contain('is asked as spam checker; serves web pages')
      .and.contain('user_may_create_room: 0 calls, 0 refused, 0 failed');
    const set = await asAdmin('set', 'demo', 'config.blocked=["@alice:localhost"]', 'timeout=2s');
    expect(set.stdout).to.contain('Started: demo; ended: demo; unchanged: none').and.contain('lost when it ends');
    expect((await asAdmin('shadow', 'demo')).stderr).to.be.empty;
    const added = await asAdmin('add', 'plexus:spam-filter', 'name=spam', 'mode=shadow', 'config.links.max=3');
    expect(added.stdout).to.contain('Started: spam; ended: none; unchanged: demo');
    const { stdout } = await asAdmin('list');
    expect(stdout)
      .to.contain('demo (plexus:demo): shadow')
      .and.match(/^spam .*\(plexus:spam-filter\): shadow$/m);
    expect((await asAdmin('remove', 'spam')).stdout).to.contain('ended: spam');
  });

  it('say what the server refuses', async () => {
    expect((await asAdmin('set', 'demo', 'config.blocked=3')).stderr)
      .to.contain('modules[0].config.blocked')
      .and.contain('M_BAD_JSON');
    expect((await asAdmin('set', 'demo', 'shadow')).stderr).to.contain('write key=value');
  });

  it('log in as the admin who is named, and out again', async () => {
    const token = await adminWithPassword(server, 'root', 'a password');
    const { stdout } = await modules(['list', '--user', 'root'], undefined, 'a password\n');
    expect(stdout).to.contain('demo (plexus:demo)');
    const { devices } = (await requestJson(server.url, 'GET', '/_matrix/client/v3/devices', undefined, token)) as { devices: unknown[] };
    expect(devices).to.have.length(1);
  });
});
