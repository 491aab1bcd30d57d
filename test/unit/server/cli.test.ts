import { expect } from 'chai';
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { plexusProgram } from '../../support/command-line.ts';
import { plexusInTurn } from '../../support/plexus-command.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** A process of its own: what a shell sees is the subject. */
describe('plexus', () => {
  let folder: string;
  const stopAfter: ChildProcess[] = [];
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-cli-'))));
  after(() => {
    for (const child of stopAfter) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const plexus = (...args: string[]): ReturnType<typeof plexusInTurn> => plexusInTurn(folder, args);

  const spawned = (...args: string[]): ChildProcessByStdio<null, Readable, Readable> => {
    const child = spawn(process.execPath, ['-e', plexusProgram(args)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    stopAfter.push(child);
    return child;
  };

  it('starts, says where it listens and what is insecure, and ends on SIGTERM', async () => {
    writeFileSync(
      join(folder, 'start.yaml'),
      'server_name: example.org\npasswords: { cost: test }\nlisteners: [{ port: 0 }]\nlog: { level: silent }',
    );
    const server = spawned('start', '-c', 'start.yaml');
    const ended = once(server, 'exit');
    const said: string[] = [];
    for await (const line of createInterface(server.stderr)) {
      said.push(line);
      if (line.startsWith('Insecure')) {
        const url = /http:\S+/.exec(said[0] ?? '')?.[0];
        expect((await fetch(`${url}/_matrix/client/versions`)).status).to.equal(200);
        server.kill('SIGTERM');
      }
    }
    expect(await ended).to.deep.equal([0, null]);
    expect(said.slice(2)).to.deep.equal(['Insecure: passwords are hardly protected (passwords.cost)', 'SIGTERM: closing']);
    expect(said[1]).to.match(/^Made .*data, .*signing\.key; data in .*data; modules: none$/);
  });

  describe('when nobody reads its output any more', () => {
    const run = (command: string): ReturnType<typeof spawned> => {
      writeFileSync(join(folder, 'talker.mjs'), "export default class { constructor(_config, api) { api.log.info({}, 'here'); } }");
      writeFileSync(
        join(folder, 'cut-off.yaml'),
        'server_name: example.org\npasswords: { cost: test }\nlisteners: [{ port: 0 }]\nlog: { format: text }\nmodules: [{ module: ./talker.mjs }]',
      );
      const child = spawned(command, '-c', 'cut-off.yaml');
      child.stdout.destroy();
      return child;
    };

    it('the server goes on', async () => {
      const server = run('start');
      const ended = once(server, 'exit');
      for await (const line of createInterface(server.stderr)) {
        const url = /listens on (http:\S+)/.exec(line)?.[1];
        if (url === undefined) continue;
        expect((await fetch(`${url}/_matrix/client/versions`)).status).to.equal(200);
        server.kill('SIGTERM');
      }
      expect(await ended).to.deep.equal([0, null]);
    });

    it('a command ends without a word', async () => {
      const command = run('check-config');
      const ended = once(command, 'exit');
      const said: string[] = [];
      for await (const line of createInterface(command.stderr)) said.push(line);
      expect(said).to.deep.equal([]);
      expect(await ended).to.deep.equal([0, null]);
    });
  });

  it('exchanges its modules on SIGHUP, and keeps those it has when the configuration is wrong', async () => {
    const config = (modules: string): void =>
      writeFileSync(join(folder, 'live.yaml'), `server_name: example.org\nlisteners: [{ port: 0 }]\nlog: { level: silent }\nmodules: ${modules}`);
    config('[]');
    const server = spawned('start', '-c', 'live.yaml');
    const ended = once(server, 'exit');
    const said: string[] = [];
    for await (const line of createInterface(server.stderr)) {
      if (line.startsWith('Plexus')) {
        config("[{ module: 'plexus:demo', config: { blocked: ['@mallory:example.org'] } }]");
        server.kill('SIGHUP');
      }
      if (!line.startsWith('SIGHUP')) continue;
      said.push(line);
      config("[{ module: 'plexus:dem' }]");
      server.kill(said.length === 1 ? 'SIGHUP' : 'SIGTERM');
    }
    expect(await ended).to.deep.equal([0, null]);
    expect(said[0]).to.equal('SIGHUP: read live.yaml again; modules started: demo; ended: none; unchanged: none');
    expect(said[1]).to.match(/^SIGHUP: nothing was changed\. The configuration /);
  });

  it('says that a configuration is in order, and what is insecure in it', () => {
    writeFileSync(join(folder, 'good.yaml'), 'server_name: example.org\npasswords: { cost: test }');
    const { status, stdout } = plexus('check-config', '-c', 'good.yaml');
    expect(stdout).to.equal('good.yaml is in order: example.org, 0 modules\nInsecure: passwords are hardly protected (passwords.cost)\n');
    expect(status).to.equal(0);
  });

  it('lets modules read their part of it', () => {
    writeFileSync(
      join(folder, 'picky.mjs'),
      "import { ConfigError } from 'plexus/module';\nexport default class { static parseConfig() { throw new ConfigError('must be a duration', ['period']); } }",
    );
    writeFileSync(
      join(folder, 'modules.yaml'),
      'server_name: example.org\nmodules:\n  - module: ./picky.mjs\n    config:\n      period: soon\n  - module: ./none.js',
    );
    const { status, stderr } = plexus('check-config', '-c', 'modules.yaml');
    expect(status).to.equal(1);
    expect(stderr).to.match(/modules\.yaml:5.*modules\[0\]\.config\.period.*must be a duration/s);
    expect(stderr).to.match(/modules\.yaml:6.*modules\[1\]\.module.*none\.js/s);
  });

  it('says what modules may do', () => {
    writeFileSync(
      join(folder, 'declared.mjs'),
      `import { defineModule } from 'plexus/module';
      const permissions = { callbacks: ['registerSpamCheckerCallbacks'], api: ['createRoom'], network: ['*.example.org'], storage: true };
      export default defineModule({ name: 'declared', version: '1.2.3', permissions, setup() {} });
      export class Old {}`,
    );
    writeFileSync(join(folder, 'declared.yaml'), 'server_name: example.org\nmodules:\n  - module: ./declared.mjs\n  - module: ./declared.mjs#Old');
    expect(plexus('check-config', '-c', 'declared.yaml').stdout.split('\n').slice(1, 3)).to.deep.equal([
      'Module declared 1.2.3: is asked as spam checker; uses createRoom; asks *.example.org; keeps data',
      'Module declared-2: may do everything (it declares no permissions)',
    ]);
  });

  it('makes modules, and tells what the start would tell of them', () => {
    const write = (name: string, body: string): void => writeFileSync(join(folder, name), body);
    const setup = (body: string, more = ''): string =>
      `import { ConfigError, defineModule } from 'plexus/module';
      export default defineModule({ name: 'made', ${more} setup(api, config) { ${body} } });`;
    write('unknown.mjs', setup('api.registerSpamCheckerCallbacks({ check_event_for_span: () => false });'));
    write('undeclared.mjs', setup('api.registerWebResource("/_test", {});', 'permissions: {},'));
    write('choosy.mjs', setup('throw new ConfigError("no such house", ["house"]);'));
    write('taken.mjs', setup('api.registerWebResource("/_matrix/client/versions", { GET() {} });'));
    write('half.mjs', setup('api.registerMediaStorageCallbacks({ fetch_media_file: () => undefined });'));
    write('class.mjs', 'export default class { constructor(config, api) { api.registerSpamCheckerCallbacks({ check_event_for_span() {} }); } }');
    write(
      'made.yaml',
      `server_name: example.org
modules:
  - module: ./unknown.mjs
  - { module: ./undeclared.mjs, name: undeclared }
  - { module: ./choosy.mjs, name: choosy, config: { house: none } }
  - { module: ./taken.mjs, name: taken }
  - { module: ./half.mjs, name: half }
  - { module: ./class.mjs, name: class, isolation: worker }`,
    );
    const { status, stderr } = plexus('check-config', '-c', 'made.yaml');
    expect(status).to.equal(1);
    for (const told of [
      /made\.yaml:3: modules\[0\]\.module: .*check_event_for_span.*check_event_for_spam/,
      /made\.yaml:4: modules\[1\]\.module: .*registerWebResource is not among what the module declares/,
      /made\.yaml:5: modules\[2\]\.config\.house: .*no such house/,
      /made\.yaml:6: modules\[3\]\.module: .*_matrix\/client\/versions/,
      /made\.yaml:7: modules\[4\]\.module: .*a media storage needs all of/,
      /made\.yaml:8: modules\[5\]\.module: .*check_event_for_span/,
    ]) {
      expect(stderr).to.match(told);
    }
    const { stderr: atStart } = plexus('start', '-c', 'made.yaml');
    expect(atStart).to.equal(stderr);
  }).timeout(30_000);

  for (const isolation of ['none', 'worker']) {
    it(`makes modules without any effect, and ends with whatever they leave open (isolation: ${isolation})`, () => {
      writeFileSync(
        join(folder, 'busy.mjs'),
        `import { writeFileSync } from 'node:fs';
        export default class Busy {
          constructor({ ended, wrong }, api) {
            const effect = (what) => () => writeFileSync(wrong, what);
            setInterval(() => {}, 1000);
            api.runAsBackgroundProcess('work', effect('work')).then(effect('end of work'));
            api.loopingBackgroundCall(effect('loop'), 1);
            api.delayedBackgroundCall(1, effect('delayed'));
            api.clock.after(1, effect('timer'));
            api.sleep(0.001).then(effect('sleep'));
            for (const done of [api.createRoom({}, '@a:example.org'), api.store.set('key', 1), api.httpClient.getJson('http://127.0.0.1:1/')]) {
              done.then(effect('done'), (error) => effect(String(error))());
            }
            api.onDispose(async () => { await new Promise((resolve) => setTimeout(resolve, 50)); writeFileSync(ended, ''); });
          }
        }`,
      );
      const [ended, wrong] = [`ended-${isolation}`, `wrong-${isolation}`].map((name) => join(folder, name));
      const modules = [{ module: './busy.mjs', isolation, config: { ended, wrong } }];
      writeFileSync(join(folder, 'busy.yaml'), JSON.stringify({ server_name: 'example.org', modules }));
      const { status, stdout, stderr } = plexus('check-config', '-c', 'busy.yaml');
      expect(stderr).to.equal('');
      expect(status).to.equal(0);
      expect(stdout).to.match(/^Module busy: .*\nNot checked: what modules do once the server runs\./m);
      expect([ended, wrong].map((file) => existsSync(file ?? ''))).to.deep.equal([true, false]);
    });
  }

  it('says what the log would warn of at the start', () => {
    writeFileSync(
      join(folder, 'deaf.mjs'),
      'export default class Deaf { constructor(config, api) { api.registerSpamCheckerCallbacks({ should_drop_federated_event() {} }); } }',
    );
    writeFileSync(join(folder, 'deaf.yaml'), 'server_name: example.org\nmodules: [{ module: ./deaf.mjs }]');
    expect(plexus('check-config', '-c', 'deaf.yaml').stdout).to.match(/^Warning: deaf has .*, which is never asked: /m);
  });

  it('tells without a stack what is wrong in one, also on the way to a start', () => {
    writeFileSync(join(folder, 'bad.yaml'), 'server_name: example.org\nlgo: {}');
    for (const command of [['check-config'], ['start', '--check-config'], ['--check-config'], ['start']]) {
      const { status, stderr } = plexus(...command, '-c', 'bad.yaml');
      expect(stderr).to.equal('The configuration has a problem:\n  bad.yaml:2: lgo: is not a known key; did you mean log?\n');
      expect(status).to.equal(1);
    }
  });

  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(plexus('version').stdout).to.equal(`${version}\n`);
  });

  it('makes a signing key, and never in the place of another', () => {
    expect(plexus('generate-signing-key', '-o', 'new.key').status).to.equal(0);
    expect(readFileSync(join(folder, 'new.key'), 'utf8')).to.match(/^ed25519 a_[a-zA-Z]{4} [A-Za-z0-9+/]{43}\n$/);
    expect(statSync(join(folder, 'new.key')).mode & 0o777).to.equal(0o600);
    const again = plexus('generate-signing-key', '-o', 'new.key');
    expect([again.status, again.stderr]).to.deep.equal([1, `new.key cannot be written: EEXIST: file already exists, open 'new.key'\n`]);
  });

  it('says why it cannot make an account', () => {
    writeFileSync(join(folder, 'secret.yaml'), 'server_name: example.org\nregistration: { shared_secret: abc }\nlisteners: [{ port: 1 }]');
    const unreachable = plexus('register-user', '-c', 'secret.yaml', '-u', 'a', '-p', 'b');
    expect(unreachable.stderr).to.match(/^No answer from http:\/\/127\.0\.0\.1:1 \(.*\): is the server running\?/);
    expect(plexus('register-user', '-c', 'good.yaml', '-u', 'a', '-p', 'b').stderr).to.contain('good.yaml has no registration.shared_secret');
    expect(unreachable.status).to.equal(1);
    const unanswered = plexus('register-user', '-c', 'secret.yaml', '-p', 'b');
    expect(unanswered.stderr).to.match(/There was no answer, as the input ended; [^\n]*--help\n$/);
  });
});
