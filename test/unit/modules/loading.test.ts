import { expect } from 'chai';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { UserId } from '../../../src/core/identifiers.ts';
import type { MatrixError } from '../../../src/kernel/errors.ts';
import { ModuleProblems, type ModuleEntry } from '../../../src/modules/index.ts';
import { ConfigError, defineModule, parseByteSize, parseDuration, Type, type ModuleApi } from '../../../src/modules/public.ts';
import { ALICE, entry, load, type Loaded } from './modules-under-test.ts';
import { moduleWith } from '../../modules/module-with.ts';

/** What is wrong with the modules, as `path: message`. */
async function problemsOf(entries: readonly ModuleEntry[], folder?: string): Promise<readonly string[]> {
  try {
    await load(entries, folder);
  } catch (error) {
    if (error instanceof ModuleProblems) return error.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
  return [];
}
const problemOf = async (module: string | object, more: Partial<ModuleEntry> = {}, folder?: string): Promise<string> =>
  (await problemsOf([entry({ module, ...more })], folder)).join('\n');

const MODULE = (extra = ''): string => `
  import { ${extra === '' ? '' : `${extra}, `}MatrixError } from 'plexus/module';
  export default class Rules {
    constructor(config, api) {
      api.registerSpamCheckerCallbacks({ user_may_create_room: async (userId) => {
        if (userId !== config.allowed) throw new MatrixError(418, 'M_TEAPOT', 'no');
        return true;
      } });
    }
  }
  export class Other { constructor(config, api) { api.registerSpamCheckerCallbacks({ user_may_create_room: async () => true }); } }
  export const arrow = () => 1;
`;

describe('loading modules', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-modules-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return `./${name}`;
  };
  const loadOne = (module: string, config = {}): Promise<Loaded> => load([entry({ module, config })], folder);
  const mayCreate = async ({ ask }: Loaded, userId: string): Promise<unknown> =>
    ask('user_may_create_room', userId as UserId, {}).then(
      () => 'allowed',
      (error: unknown) => (error as MatrixError).errcode,
    );

  describe('from files', () => {
    it('finds plexus/module from a file that lies anywhere', async () => {
      const loaded = await loadOne(write('anywhere/rules.mjs', MODULE()), { allowed: ALICE });
      expect(await mayCreate(loaded, ALICE)).to.equal('allowed');
      expect(await mayCreate(loaded, '@bob:localhost')).to.equal('M_TEAPOT');
      expect(loaded.modules.status()[0]).to.include({ name: 'rules', mode: 'enforce' });
    });

    it('takes the export behind the #', async () => {
      const loaded = await loadOne(`${write('other.mjs', MODULE())}#Other`);
      expect(await mayCreate(loaded, '@bob:localhost')).to.equal('allowed');
    });

    it('takes ES modules without a package.json, and absolute paths', async () => {
      write('plain.js', MODULE());
      expect(await mayCreate(await loadOne(join(folder, 'plain.js'), { allowed: ALICE }), ALICE)).to.equal('allowed');
    });

    it('takes TypeScript with enums, parameter properties and neighbours', async () => {
      write('typed/limits.ts', 'export enum Limit { None = "none" }\nexport type Verdict = boolean;\n');
      const module = write(
        'typed/index.ts',
        `import { MatrixError, type ModuleApi } from 'plexus/module';
        import { Limit, type Verdict } from './limits.js';
        interface Config { readonly allowed: string }
        export default class Typed {
          constructor(private readonly config: Config, api: ModuleApi) {
            api.registerSpamCheckerCallbacks({ user_may_create_room: (userId): Verdict => this.judge(userId, Limit.None) });
          }
          private judge(userId: string, limit: Limit): Verdict {
            if (userId !== this.config.allowed) throw new MatrixError(418, 'M_TEAPOT', limit);
            return true;
          }
        }`,
      );
      const loaded = await loadOne(module, { allowed: ALICE });
      expect(await mayCreate(loaded, ALICE)).to.equal('allowed');
      expect(await mayCreate(loaded, '@bob:localhost')).to.equal('M_TEAPOT');
      expect(loaded.modules.status()[0]).to.include({ name: 'typed' });
    });

    it('takes npm packages from the folder of the configuration', async () => {
      write(
        'node_modules/@acme/antispam/package.json',
        '{"name":"@acme/antispam","version":"1.0.0","type":"module","exports":{"import":"./main.js"}}',
      );
      write('node_modules/@acme/antispam/main.js', MODULE());
      const loaded = await loadOne('@acme/antispam', { allowed: ALICE });
      expect(await mayCreate(loaded, ALICE)).to.equal('allowed');
      expect(loaded.modules.status()[0]).to.include({ name: 'antispam' });
    });

    it('shows where a file is wrong, also one that is imported', async () => {
      const wrong = 'export default class {\n  x: = 3\n}';
      expect(await problemOf(write('bad.ts', wrong), {}, folder)).to.match(/bad\.ts:2:5.*\n.*x: = 3/s);
      write('wrong.js', wrong);
      expect(await problemOf(write('importing.js', `import Wrong from './wrong.js';\nexport default Wrong;`), {}, folder)).to.match(
        /wrong\.js:2:5.*\n.*x: = 3/s,
      );
    });

    it('shows which line of its code throws', async () => {
      const thrower = 'interface Made { readonly x: number }\nexport const fail = (made?: Made): number => {\n  return made!.x;\n};\n';
      write('deep/fail.ts', thrower);
      const module = write('fails.ts', `import { fail } from './deep/fail.ts';\nexport default class {\n  constructor() { fail(); }\n}`);
      expect(await problemOf(module, {}, folder)).to.match(/cannot be started: TypeError: .*'x'\) \(deep\/fail\.ts:3\)$/);
    });
  });

  it('takes callbacks that this server has no occasion to ask, and says so', async () => {
    const module = moduleWith((api) => api.registerFederationCallbacks({ on_event_delivered_over_federation: () => undefined }));
    const { lines } = await load([entry({ module })]);
    expect(lines.map(([level, , text]) => `${level}: ${text}`)).to.deep.equal([
      'warn: TestModule has on_event_delivered_over_federation, which is never asked: this server does not federate yet',
    ]);
  });

  it('knows the login types that modules take, with the fields of each', async () => {
    const checks = (type: string, ...fields: string[]): object =>
      moduleWith((api) => api.registerPasswordAuthProviderCallbacks({ auth_checkers: [[[type, fields], () => null]] }));
    const { modules } = await load(
      [checks('m.login.password', 'password'), checks('org.example', 'a'), checks('org.example', 'b')].map((module) => entry({ module })),
    );
    expect([...modules.policy.loginTypes()]).to.deep.equal([
      ['m.login.password', ['password']],
      ['org.example', ['a', 'b']],
    ]);
  });

  describe('refuses to start', () => {
    const cases: readonly (readonly [what: string, module: string, message: RegExp])[] = [
      ['a missing file', './missing.js', /^modules\.0\.module: \.\/missing\.js cannot be loaded: there is no file .*missing\.js$/],
      ['an unknown bundled module', 'plexus:dem', /no module dem ships with Plexus; did you mean plexus:demo\?$/],
      ['an unknown package', '@acme/none', /@acme\/none cannot be loaded: .*Cannot find package '@acme\/none'/],
      ['a Python path', 'my_super_module.MySuperClass', /looks like a Python class; Python modules need the bridge/],
    ];
    for (const [what, module, message] of cases) {
      it(`with ${what}`, async () => expect(await problemOf(module, {}, folder)).to.match(message));
    }

    it('with a missing export', async () => {
      expect(await problemOf(`${write('named.mjs', MODULE())}#Missing`, {}, folder)).to.match(
        /has no export Missing; it exports Other, arrow, default/,
      );
    });
    it('with an export that is no module', async () => {
      const file = write('arrow.mjs', MODULE());
      expect(await problemOf(`${file}#arrow`, {}, folder)).to.match(/is no module: it has to be a class, or what defineModule returns$/);
    });
    it('with a module that throws on import or construction', async () => {
      expect(await problemOf(write('throws.mjs', 'throw new TypeError("at import")'), {}, folder)).to.match(
        /cannot be loaded: TypeError: at import \(throws\.mjs:1\)$/,
      );
      const throwing = moduleWith(() => {
        throw new Error('at construction', { cause: new Error('the reason') });
      });
      expect(await problemOf(throwing)).to.equal('modules.0.module: TestModule cannot be started: at construction (the reason)');
    });
    it('with isolation that it cannot give', async () => {
      expect(
        await problemOf(
          moduleWith(() => undefined),
          { isolation: 'worker' },
        ),
      ).to.match(/^modules\.0\.isolation: /);
    });
    it('with unknown callbacks', async () => {
      const wrong = (register: (api: ModuleApi) => void): Promise<string> => problemOf(moduleWith(register));
      expect(await wrong((api) => api.registerSpamCheckerCallbacks({ user_may_creat_room: () => true } as object))).to.match(
        /no callback user_may_creat_room; did you mean user_may_create_room\?$/,
      );
      expect(await wrong((api) => api.registerSpamCheckerCallbacks({ is_user_expired: () => true } as object))).to.match(
        /is_user_expired is no spam checker callback: it belongs to the account validity callbacks \(registerAccountValidityCallbacks\)$/,
      );
      expect(await wrong((api) => api.registerSpamCheckerCallbacks({ user_may_invite: true } as object))).to.match(
        /user_may_invite has to be a function$/,
      );
    });
    it('with half a presence router', async () => {
      const half = moduleWith((api) => api.registerPresenceRouterCallbacks({ get_interested_users: () => [] }));
      expect(await problemOf(half)).to.match(/register both or neither$/);
    });
    it('with unknown names in hooks, and one name for two modules', async () => {
      const module = moduleWith(() => undefined);
      expect(await problemsOf([entry({ module, name: 'same', hooks: { user_may_invit: {} } }), entry({ module, name: 'same' })])).to.deep.equal([
        'modules.0.hooks.user_may_invit: there is no callback user_may_invit; did you mean user_may_invite?',
        'modules.1.name: another module is called same already',
      ]);
    });
    it('telling all that is wrong at once', async () => {
      const problems = await problemsOf([entry({ module: './a.js' }), entry({ module: './b.js' })], folder);
      expect(problems.map((problem) => problem.slice(0, 9))).to.deep.equal(['modules.0', 'modules.1']);
    });
  });

  describe('configurations', () => {
    it('are handed over as copies: changing them changes nothing', async () => {
      const config = Object.freeze({ list: Object.freeze(['x']) });
      let seen: unknown;
      class Module {
        static parseConfig(given: { list: string[] }): unknown {
          given.list.push('y');
          return { parsed: given };
        }
        constructor(given: unknown) {
          seen = given;
        }
      }
      await load([entry({ module: Module, config })]);
      expect(seen).to.deep.equal({ parsed: { list: ['x', 'y'] } });
      expect(config).to.deep.equal({ list: ['x'] });
    });

    it('are refused by ConfigError with its place, awaited or not', async () => {
      const withParse = (parseConfig: (config: object) => unknown): object =>
        class Module {
          static parseConfig = parseConfig;
        };
      const refuse = (): never => {
        throw new ConfigError('must be a duration', ['rules', '1', 'period']);
      };
      const expected = 'modules.0.config.rules.1.period: Module does not accept its configuration: must be a duration';
      expect(await problemOf(withParse(refuse))).to.equal(expected);
      expect(await problemOf(withParse(async () => refuse()))).to.equal(expected);
      const broken = withParse(() => (undefined as unknown as { x: number }).x);
      expect(await problemOf(broken)).to.match(/^modules\.0\.config: Module does not accept its configuration: TypeError: /);
    });

    it('have durations and sizes, which are refused at their place', async () => {
      const reading = (read: () => number): object => defineModule({ name: 'reader', setup: () => void read() });
      expect([parseDuration('5d'), parseDuration(7), parseByteSize('2KiB')]).to.deep.equal([432_000_000, 7, 2048]);
      expect(await problemOf(reading(() => parseDuration('soon', ['rules', 1, 'per'])))).to.match(
        /^modules\.0\.config\.rules\.1\.per: reader does not accept its configuration: "soon" is not a duration: write /,
      );
      expect(await problemOf(reading(() => parseByteSize(null)))).to.match(
        /^modules\.0\.config: reader does not accept its configuration: null is not a size/,
      );
    });

    it('of definitions are checked by their schema, with defaults filled in', async () => {
      let seen: unknown;
      const definition = defineModule({
        name: 'limits',
        version: '2.0.0',
        requires: '0.1',
        config: Type.Object(
          { links: Type.Integer({ minimum: 0, default: 3 }), words: Type.Array(Type.String(), { default: [] }) },
          { additionalProperties: false },
        ),
        setup(_api, config) {
          seen = config;
        },
      });
      const loaded = await load([entry({ module: definition, config: { words: ['x'] } })]);
      expect(seen).to.deep.equal({ links: 3, words: ['x'] });
      expect(loaded.modules.status().find(({ name }) => name === 'limits')).to.deep.include({ version: '2.0.0', mode: 'enforce', callbacks: [] });
      expect(await problemsOf([entry({ module: definition, config: { links: -1, word: [], words: [7] } })])).to.have.members([
        'modules.0.config.links: limits does not accept its configuration: links must be >= 0',
        'modules.0.config.word: limits does not accept its configuration: word is not a known key; did you mean words?',
        'modules.0.config.words.0: limits does not accept its configuration: 0 must be string',
      ]);
    });

    it('of definitions whose schema wants what nobody would check are refused', async () => {
      const definition = defineModule({ name: 'dated', config: Type.Object({ day: Type.String({ format: 'date' }) }), setup: () => undefined });
      expect(await problemOf(definition)).to.match(/^modules\.0\.config: dated .* its schema cannot be used \(unknown format "date"/);
    });

    it('of definitions for another version of Plexus are refused', async () => {
      const requiring = (requires: string): object => defineModule({ name: 'x', requires, setup: () => undefined });
      expect(await problemOf(requiring('0.1.0'))).to.equal('');
      for (const version of ['0.2', '1', '0.1.5']) expect(await problemOf(requiring(version)), version).to.match(/was written for Plexus/);
      expect(await problemOf(requiring('new'))).to.match(/is not a version of Plexus/);
    });
  });

  it('refuses async setup and late registration', async () => {
    const waiting: unknown = Promise.resolve();
    expect(await problemOf(defineModule({ name: 'x', setup: () => waiting as undefined }))).to.match(/setup must not be async/);
    let api: ModuleApi | undefined;
    await load([entry({ module: moduleWith((given) => (api = given)) })]);
    expect(() => api?.registerSpamCheckerCallbacks({})).to.throw('only while it is constructed');
    expect(() => api?.registerWebResource('/x', { GET: () => undefined })).to.throw('only while it is constructed');
  });

  it('numbers modules of one name', async () => {
    const module = moduleWith(() => undefined);
    const loaded = await load([entry({ module }), entry({ module }), entry({ module, name: 'mine' })]);
    expect(loaded.modules.status().map(({ name }) => name)).to.deep.equal(['TestModule', 'TestModule-2', 'mine']);
  });

  it('lets modules close what they opened, last first, whatever goes wrong', async () => {
    const closed: string[] = [];
    const opening = (name: string): object =>
      moduleWith((api) => {
        api.onDispose(() => void closed.push(`${name} 1`));
        api.onDispose(async () => {
          closed.push(`${name} 2`);
          throw new Error('broken');
        });
      });
    const loaded = await load([entry({ module: opening('a') }), entry({ module: opening('b') })]);
    await loaded.modules.dispose();
    expect(closed).to.deep.equal(['b 2', 'b 1', 'a 2', 'a 1']);
    expect(loaded.lines.map(([, , text]) => text)).to.include('onDispose failed in the background');
  });

  it('runs background calls until the end, one at a time', async () => {
    const calls: string[] = [];
    const module = moduleWith((api) => {
      api.loopingBackgroundCall(() => void calls.push('loop'), 100);
      api.loopingBackgroundCall(() => (calls.push('slow'), api.sleep(10)), 100);
      api.delayedBackgroundCall(150, (text: string) => void calls.push(text), 'once');
      api.delayedBackgroundCall(150, () => void calls.push('never')).cancel();
      void api.runAsBackgroundProcess('failing', () => Promise.reject(new Error('broken')));
      void api.runAsBackgroundProcess('forever', async () => {
        for (;;) {
          calls.push('awake');
          await api.sleep(0.25);
        }
      });
    });
    const loaded = await load([entry({ module })]);
    expect(calls).to.deep.equal(['awake']);
    await loaded.clock.advance(300);
    expect(calls.toSorted()).to.deep.equal(['awake', 'awake', 'loop', 'loop', 'loop', 'once', 'slow']);
    await loaded.modules.dispose();
    await loaded.clock.advance(1000);
    expect(calls).to.have.length(7);
  });
});
