import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readYaml } from '../../src/config/yaml-source.ts';
import { ConfigError, defineModule, Type, type ModuleApi, type ModuleEvent } from '../../src/modules/public.ts';
import { moduleContract, type ContractOptions } from '../../src/testing/index.ts';
import { blocksOf } from '../support/blocks-of.ts';
import { moduleWith } from './module-with.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What the first configuration in a module's README says. */
function configurationOf(name: string): Required<Pick<ContractOptions, 'config' | 'server'>> {
  const [block = ''] = blocksOf(readFileSync(join(root, 'modules', name, 'README.md'), 'utf8'), 'yaml');
  const { modules, ...server } = readYaml(block, { env: {} }).values as { modules: { config?: ContractOptions['config'] }[] };
  return { config: modules[0]?.config ?? {}, server };
}

/** What modules need that is not in the test. */
const SURROUNDINGS: Readonly<Record<string, ContractOptions>> = {
  'http-antispam': { outside: () => ({ body: {} }) },
  's3-media-storage': { outside: () => ({ status: 404, body: '' }), mayFail: ['get_media_storage_id', 'store_media_file'] },
  'rest-login': { outside: () => ({ body: { auth: { success: false } } }) },
  'ldap-login': { config: { uri: 'ldap://127.0.0.1:1', base: 'dc=example' }, mayFail: ['auth_checkers', 'check_3pid_auth'] },
};

describe('the contract that every module has to keep', function () {
  // A check takes a second, and many times that where the machine is busy.
  this.timeout(60_000);
  for (const name of readdirSync(join(root, 'modules'))) {
    describe(`plexus:${name}`, () => {
      for (const check of moduleContract(`plexus:${name}`, { ...configurationOf(name), ...SURROUNDINGS[name] })) it(check.name, check.run);
    });
  }
});

const spamChecker = (check: (event: ModuleEvent, api: ModuleApi) => unknown): object =>
  moduleWith((api) => api.registerSpamCheckerCallbacks({ check_event_for_spam: (event) => check(event, api) as never }));

describe('a module that breaks the contract', function () {
  this.timeout(60_000);
  /** @param only a word that the names of the checks have to contain @returns the names of those that fail, with the first thing that each tells */
  const failures = async (module: object, options: ContractOptions = {}, only = ''): Promise<Readonly<Record<string, string>>> => {
    const failed: Record<string, string> = {};
    for (const { name, run } of moduleContract(module, options).filter((check) => check.name.includes(only))) {
      await run().catch((error: Error) => (failed[name] = error.message.split('\n')[0] ?? ''));
    }
    return failed;
  };
  const [STARTS = '', UNKNOWN = '', JUNK = '', ANSWERS = '', CHANGES = '', PERMITTED = '', EXCHANGED = '', RESTARTED = ''] = moduleContract(
    class {},
  ).map(({ name }) => name);

  it('by what it leaves open', async () => {
    const timers: NodeJS.Timeout[] = [];
    const failed = await failures(moduleWith(() => timers.push(setInterval(() => undefined, 60_000))));
    timers.forEach((timer) => clearInterval(timer));
    expect(Object.keys(failed)).to.deep.equal([STARTS]);
    expect(failed[STARTS]).to.match(/^TestModule left a timer \(at .*module-contract\.test/);
  });

  it('by taking a configuration that makes no sense', async () => {
    const lax = (parseConfig: (config: Record<string, never>) => object): object =>
      Object.assign(
        moduleWith(() => undefined),
        { parseConfig },
      );
    const config = { words: ['party'], max: 3 };
    expect(
      await failures(
        lax((given) => given),
        { config },
        'refuses',
      ),
    ).to.deep.equal({
      [UNKNOWN]: 'takes the unknown key no_such_key',
      [JUNK]: 'takes anything as words',
    });
    const crashing = await failures(
      lax(({ words }) => ({ first: (words as unknown as string).charAt(0) })),
      { config: { words: 'x' } },
      'refuses',
    );
    expect(crashing[JUNK]).to.equal("words: null: parseConfig threw TypeError: Cannot read properties of null (reading 'charAt')");
    const late = defineModule({
      name: 'late',
      config: Type.Object({ pattern: Type.String() }, { additionalProperties: false }),
      setup: (_api, { pattern }) => void new RegExp(pattern === '' ? '(' : 'x'),
    });
    expect((await failures(late, { config: { pattern: 'x' } }, 'refuses'))[JUNK]).to.match(/^pattern: "": .*Invalid regular expression/);
  });

  it('but not where it says what it does not look at, and is told what it has to refuse', async () => {
    const closed = defineModule({
      name: 'closed',
      config: Type.Object({ content: Type.Optional(Type.Any()), even: Type.Integer({ default: 2 }) }, { additionalProperties: false }),
      setup(_api, { even }) {
        if (even % 2 === 1) throw new ConfigError('must be even', ['even']);
      },
    });
    expect(await failures(closed, { free: ['content'], refuses: [{ even: 3 }] }, 'refuses')).to.deep.equal({});
    expect(await failures(closed, { free: ['content'], refuses: [{ even: 4 }] }, 'refuses')).to.deep.equal({
      [JUNK]: '{"even":4} should be refused: taken',
    });
  });

  it('by not answering what it did not expect to be asked', async () => {
    const failed = await failures(spamChecker(({ content }) => (content['body'] as string).includes('x')));
    expect(Object.keys(failed)).to.deep.equal([ANSWERS]);
    expect(failed[ANSWERS]).to.match(/^check_event_for_spam failed: Cannot read properties of undefined .*\(asked: \{.*"content":\{\}/);
    const slow = await failures(
      spamChecker((_event, api) => api.sleep(60)),
      { settings: { timeout: 5 } },
      'answers',
    );
    expect(slow[ANSWERS]).to.contain('did not answer within 5 ms');
    const wrong = await failures(
      moduleWith((api) =>
        api.registerSpamCheckerCallbacks({ user_may_join_room: (_user, _room, invited) => (invited ? true : (undefined as never)) }),
      ),
      {},
      'answers',
    );
    expect(wrong[ANSWERS]).to.contain('answered nothing, which means nothing here (asked: "@alice:localhost","!room:localhost",false)');
  });

  it('by failing in the background, or on a page', async () => {
    const module = moduleWith((api) => {
      api.registerAccountValidityCallbacks({
        on_user_registration: () => void api.runAsBackgroundProcess('greet', () => Promise.reject(new Error('no words'))),
      });
      api.registerWebResource('/_synapse/client/page', { POST: (ctx) => void (ctx.body = (ctx.request.body as { a: { b: string } }).a.b) });
    });
    expect((await failures(module, {}, 'answers'))[ANSWERS]).to.match(/^\/_synapse\/client\/page failed: 500 .* \(asked: POST/);
    const { [ANSWERS]: told } = await failures(module, { mayFail: ['/_synapse/client/page'] }, 'answers');
    expect(told).to.equal('background failed: Error: no words (asked: greet failed in the background)');
  });

  it('by changing what it is given', async () => {
    const failed = await failures(spamChecker(({ content }) => Object.assign(content, { seen: true }).seen));
    expect(Object.keys(failed)).to.deep.equal([CHANGES]);
    expect(failed[CHANGES]).to.contain('check_event_for_spam failed: Cannot add property seen, object is not extensible');
  });

  it('by what it does not declare', async () => {
    const manifest = { permissions: { callbacks: ['registerAccountValidityCallbacks'] } };
    const module = moduleWith((api) => {
      api.registerAccountValidityCallbacks({ on_user_registration: (userId) => api.store.set(userId, true) });
    });
    const failed = await failures(Object.assign(module, { manifest }));
    expect(failed[PERMITTED]).to.contain('store is not among what the module declares');
    expect(failed).to.not.have.property(ANSWERS);
  });

  it('by what it forgets when it starts again', async () => {
    const module = moduleWith((api) => {
      let count = 0;
      api.registerAccountValidityCallbacks({
        async on_user_registration() {
          const stored = Number((await api.store.get('count')) ?? 0);
          if (stored > count) throw new Error(`${stored} were counted, and only ${count} are known`);
          count += 1;
          await api.store.set('count', count);
        },
      });
    });
    expect(Object.keys(await failures(module))).to.deep.equal([EXCHANGED, RESTARTED]);
  });

  it('by taking too long, where that is measured', async () => {
    const budget = { milliseconds: 2, calls: 20 };
    const busy = spamChecker(() => {
      for (const end = performance.now() + 3; performance.now() < end;);
      return false;
    });
    expect((await failures(busy, { budget }, 'within'))['answers within 2 ms, 99 times of 100']).to.match(/^check_event_for_spam took \d+\.\d\d ms/);
    expect(
      await failures(
        spamChecker(() => false),
        { budget: { ...budget, milliseconds: 1_000 } },
        'within',
      ),
    ).to.deep.equal({});
  });
});
