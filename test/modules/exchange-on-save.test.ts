import { expect } from 'chai';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectError, TestUser } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import { ServerProcess } from '../support/server-process.ts';

/** Refuses a word, says how often it was asked by itself and those before it, and shows a template. */
const POLICY = `
import type { ModuleApi } from 'plexus/module';
import { word } from './rules/word.js';
export default class Policy {
  asked = 0;
  constructor(config: object, api: ModuleApi) {
    const [page] = api.readTemplates(['page.txt']);
    api.registerSpamCheckerCallbacks({
      check_event_for_spam: ({ type, content }) => (this.asked += type === 'm.room.message' ? 1 : 0, content.body === word),
    });
    api.registerWebResource('/_synapse/client/policy', { GET: (ctx) => void (ctx.body = { asked: this.asked, page: page.render() }) });
    api.onHandover({ save: () => this.asked, restore: (asked) => void (this.asked = Number(asked)) });
  }
}`;

/** A process of its own, as started with \`plexus start --dev\`. */
describe('saving a file in development mode', function () {
  this.timeout(60_000);
  for (const isolation of ['none', 'worker']) {
    describe(isolation === 'none' ? 'of a module' : 'of a module in a thread of its own', () => {
      let folder: string, server: ServerProcess, alice: TestUser, room: string;
      const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
      const word = (text: string): string => `export const word: string = '${text}';`;
      const modules = (more = ''): string => `modules:\n  - module: ./policy/index.ts\n    isolation: ${isolation}\n${more}`;
      const page = (): Promise<unknown> => requestJson(server.url, 'GET', '/_synapse/client/policy');
      before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'plexus-save-'));
        for (const each of ['policy/rules', 'policy/templates']) mkdirSync(join(folder, each), { recursive: true });
        write('policy/index.ts', POLICY);
        write('policy/rules/word.ts', word('first'));
        write('policy/templates/page.txt', 'one');
        server = await ServerProcess.start(folder, modules(), ['--dev']);
        const account = { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } };
        alice = TestUser.ofSession(server.url, await requestJson(server.url, 'POST', '/_matrix/client/v3/register', account));
        room = await alice.createRoom();
        await expectError(alice.send(room, 'first'), 403);
      });
      after(async () => {
        await server?.stop();
        rmSync(folder, { recursive: true });
      });

      it('makes what it imports live, with what the module has in memory', async () => {
        write('policy/rules/word.ts', word('second'));
        expect(await server.says(/Live/)).to.match(/^Live after \d+ ms: policy$/);
        await alice.send(room, 'first');
        await expectError(alice.send(room, 'second'), 403);
        expect(await page()).to.deep.equal({ asked: 3, page: 'one' });
      });

      it('counts when another file takes its place, time and again', async () => {
        for (const text of ['third', 'fourth']) {
          write('policy/rules/word.ts.new', word(text));
          renameSync(join(folder, 'policy/rules/word.ts.new'), join(folder, 'policy/rules/word.ts'));
          await server.says(/^Live after \d+ ms: policy$/);
          await expectError(alice.send(room, text), 403);
        }
      });

      it('leaves the old one running while it is broken, and says where', async () => {
        write('policy/rules/word.ts', 'export const word: = 1;');
        await server.says(/^Not live; what ran goes on\. The configuration has a problem:$/);
        expect(await server.says(/policy/)).to.match(/config\.yaml:\d+: modules\[0\]\.module: .*word\.ts:1:19: /);
        await expectError(alice.send(room, 'fourth'), 403);
        write('policy/rules/word.ts', `${word('fifth')}\nthrow new Error('not yet');`);
        await server.says(/cannot be loaded: not yet \(rules\/word\.ts:2\)$/);
        write('policy/rules/word.ts', word('fifth'));
        await server.says(/^Live/);
        await expectError(alice.send(room, 'fifth'), 403);
      });

      it('counts for templates', async () => {
        write('policy/templates/page.txt', 'two');
        await server.says(/^Live/);
        expect(await page()).to.deep.include({ page: 'two' });
      });

      it('counts for the configuration, also when what it names appears only later', async () => {
        ServerProcess.configure(folder, modules('  - module: ./later/guests.mjs'));
        await server.says(/there is no file .*guests\.mjs/);
        mkdirSync(join(folder, 'later'));
        write('later/guests.mjs', 'export default class Guests {}');
        await server.says(/^Live after \d+ ms: guests$/);
        ServerProcess.configure(folder, `presence: { enabled: false }\n${modules()}`);
        await server.says(/^Live after \d+ ms: guests has ended$/);
        await server.says(/^What else has changed in the configuration counts from the next start on\.$/);
      });

      it('says nothing of what changes nothing', async () => {
        write('policy/rules/word.ts', word('fifth'));
        write('policy/rules/notes.txt', 'unrelated');
        write('policy/rules/word.ts', word('sixth'));
        expect(await server.says(/./)).to.match(/^Live/);
      });
    });
  }
});
