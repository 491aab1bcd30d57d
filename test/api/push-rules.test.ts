import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';

interface Rule {
  readonly rule_id: string;
  readonly enabled: boolean;
  readonly default: boolean;
}
type Ruleset = Readonly<Record<string, readonly Rule[]>>;

const BASE = '/_matrix/client/v3/pushrules/';
const path = (kind: string, ruleId: string, rest = ''): string => `${BASE}global/${kind}/${encodeURIComponent(ruleId)}${rest}`;
const idsOf = (rules: readonly Rule[] | undefined): readonly string[] => (rules ?? []).map((rule) => rule.rule_id);

describe('push rules', () => {
  let server: TestServer;
  let alice: TestUser;
  beforeEach(async () => {
    server = await boot({ clock: 'fake' });
    alice = await server.user('alice');
  });
  afterEach(() => server.close());

  const rules = async (): Promise<Ruleset> => (await alice.request('GET', `${BASE}global/`)) as unknown as Ruleset;
  const put = (kind: string, ruleId: string, body: unknown, query = ''): Promise<unknown> => alice.request('PUT', path(kind, ruleId, query), body);

  it('begins with the rules of the server', async () => {
    const all = (await alice.request('GET', BASE)) as { global: Ruleset };
    expect(all.global).to.deep.equal(await rules());
    expect(idsOf(all.global['override'])).to.include('.m.rule.master');
    const mention = (await alice.request('GET', path('override', '.m.rule.is_user_mention'))) as { conditions: readonly { value: string }[] };
    expect(mention.conditions[0]?.value).to.equal(alice.userId);
  });

  it('adds, changes, orders and deletes rules', async () => {
    await put('content', 'cake', { pattern: 'cake*lie', actions: ['notify'] });
    await put('content', 'second', { pattern: 'x', actions: [] });
    await put('content', 'after', { pattern: 'y', actions: [] }, '?after=cake');
    await put('content', 'before', { pattern: 'z', actions: [] }, '?before=cake&after=second');
    const own = (await rules())['content']?.filter((rule) => !rule.default);
    expect(idsOf(own)).to.deep.equal(['second', 'before', 'cake', 'after']);
    expect(await alice.request('GET', path('content', 'cake'))).to.deep.equal({
      rule_id: 'cake',
      default: false,
      enabled: true,
      actions: ['notify'],
      pattern: 'cake*lie',
    });
    await alice.request('DELETE', path('content', 'cake'));
    await expectError(alice.request('GET', path('content', 'cake')), 404, 'M_NOT_FOUND');
    await expectError(alice.request('DELETE', path('content', 'cake')), 404, 'M_NOT_FOUND');
  });

  it('enables and disables rules, and changes their actions', async () => {
    for (const [kind, ruleId] of [
      ['override', '.m.rule.master'],
      ['room', '!r:localhost'],
    ] as const) {
      if (kind === 'room') await put(kind, ruleId, { actions: [] });
      await alice.request('PUT', path(kind, ruleId, '/enabled'), { enabled: false });
      expect(await alice.request('GET', path(kind, ruleId, '/enabled'))).to.deep.equal({ enabled: false });
      const actions = ['notify', { set_tweak: 'sound', value: 'ping' }];
      await alice.request('PUT', path(kind, ruleId, '/actions'), { actions });
      expect(await alice.request('GET', path(kind, ruleId, '/actions'))).to.deep.equal({ actions });
    }
    const bob = await server.user('bob');
    expect(await bob.request('GET', path('override', '.m.rule.master', '/actions'))).to.deep.equal({ actions: [] });
  });

  it('says what is wrong', async () => {
    const fine = { pattern: 'x', actions: [] };
    await expectError(put('content', '.m.rule.mine', fine), 400, 'M_INVALID_PARAM');
    await expectError(put('content', 'a/b', fine), 400, 'M_INVALID_PARAM');
    await expectError(put('device', 'x', fine), 400, 'M_INVALID_PARAM');
    await expectError(put('content', 'x', { actions: [] }), 400, 'M_MISSING_PARAM');
    await expectError(put('content', 'x', { pattern: 'x' }), 400, 'M_MISSING_PARAM');
    await expectError(put('content', 'x', fine, '?before=nowhere'), 400, 'M_UNKNOWN');
    await expectError(alice.request('DELETE', path('override', '.m.rule.master')), 404, 'M_NOT_FOUND');
    await expectError(alice.request('GET', path('room', '!no:where', '/enabled')), 404, 'M_NOT_FOUND');
    await expectError(alice.request('PUT', path('room', '!no:where', '/enabled'), { enabled: true }), 404, 'M_NOT_FOUND');
    await expectError(alice.request('PUT', path('override', '.m.rule.master', '/enabled'), { enabled: 'yes' }), 400, 'M_BAD_JSON');
    await expectError(alice.request('PUT', path('override', '.m.rule.master', '/actions'), { actions: ['dance'] }), 400, 'M_INVALID_PARAM');
    expect((await rules())['content']?.every((rule) => rule.default)).to.equal(true);
  });
});
