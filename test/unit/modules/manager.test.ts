import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { UserId } from '../../../src/core/identifiers.ts';
import { MatrixError } from '../../../src/kernel/errors.ts';
import type { JsonValue, ModuleApi, ModuleEvent } from '../../../src/modules/public.ts';
import type { FakeClock } from '../../../src/testing/index.ts';
import { ALICE, entry, load, message, NO_STATE, OCCASION, REQUESTER, type Loaded } from './modules-under-test.ts';
import { moduleWith } from '../../modules/module-with.ts';

const spamChecker = (callbacks: Parameters<ModuleApi['registerSpamCheckerCallbacks']>[0]): object =>
  moduleWith((api) => api.registerSpamCheckerCallbacks(callbacks));
const rules = (callbacks: Parameters<ModuleApi['registerThirdPartyRulesCallbacks']>[0]): object =>
  moduleWith((api) => api.registerThirdPartyRulesCallbacks(callbacks));
const failure = async (asked: Promise<unknown>): Promise<MatrixError> => {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MatrixError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};
const bodyOf = (event: ModuleEvent): string => event.content['body'] as string;
const createRoom = (loaded: Loaded): Promise<void> => loaded.ask('user_may_create_room', ALICE, {});

describe('the module manager', () => {
  it('asks in the order of the configuration, and nobody after the first refusal', async () => {
    const asked: number[] = [];
    const module = (number: number, verdict: boolean): object => spamChecker({ user_may_create_room: () => (asked.push(number), verdict) });
    const loaded = await load([module(1, true), module(2, false), module(3, true)].map((one) => entry({ module: one })));
    expect((await failure(createRoom(loaded))).errcode).to.equal('M_FORBIDDEN');
    expect(asked).to.deep.equal([1, 2]);
  });

  it('asks nobody where no module has the callback', async () => {
    const loaded = await load([entry({ module: spamChecker({ user_may_create_room: () => true }) })]);
    expect(loaded.modules.policy.answers('user_may_create_room')).to.equal(true);
    expect(loaded.modules.policy.answers('user_may_invite')).to.equal(false);
    expect(await loaded.ask('is_user_expired', ALICE)).to.equal(false);
    expect(
      await loaded.ask('check_registration_for_spam', { emailThreepid: undefined, username: 'x', requestInfo: [], authProviderId: undefined }),
    ).to.equal('allow');
  });

  it('calls a callback on the object it was registered in', async () => {
    const callbacks = {
      user_may_create_room(this: unknown): boolean {
        return this === callbacks;
      },
    };
    await createRoom(await load([entry({ module: spamChecker(callbacks) })]));
  });

  describe('deadlines', () => {
    const hanging = spamChecker({ user_may_create_room: () => new Promise<boolean>(() => undefined) });

    it('refuses by an incident when a module with on_error: deny is too slow', async () => {
      const loaded = await load([entry({ module: hanging, timeout: 5000 })]);
      const refused = failure(createRoom(loaded));
      await loaded.clock.advance(4999);
      expect(loaded.decisions).to.be.empty;
      await loaded.clock.advance(1);
      const error = await refused;
      expect(error.body()).to.have.all.keys('errcode', 'error').and.include({ errcode: 'M_UNKNOWN' });
      const [decision] = loaded.decisions;
      expect(decision).to.include({ outcome: 'failed', said: 'did not answer within 5000 ms', callback: 'user_may_create_room' });
      expect(error.message).to.equal(`Internal server error (incident ${decision?.incident})`);
    });

    it('goes on when one with on_error: allow is, by a deadline of its own for one callback', async () => {
      const loaded = await load([entry({ module: hanging, hooks: { user_may_create_room: { timeout: 10, on_error: 'allow' } } })]);
      const allowed = createRoom(loaded);
      await loaded.clock.advance(10);
      await allowed;
    });

    it('gives each module its whole time, however long those before it have thought', async () => {
      const slow = (clock: () => FakeClock, ms: number): object =>
        spamChecker({ user_may_create_room: () => new Promise<boolean>((resolve) => void clock().after(ms, () => resolve(true))) });
      const loaded: Loaded = await load([
        entry({ module: spamChecker({ user_may_create_room: async () => true }), name: 'quick' }),
        entry({ module: slow(() => loaded.clock, 3000), name: 'slow' }),
        entry({ module: hanging, name: 'short', timeout: 1000, on_error: 'allow' }),
        entry({ module: hanging, name: 'long', timeout: 5000 }),
      ]);
      const refused = failure(createRoom(loaded));
      await loaded.clock.advance(3999);
      expect(loaded.decisions).to.be.empty;
      await loaded.clock.advance(1);
      await loaded.clock.advance(4999);
      expect(loaded.decisions.map(({ module }) => module)).to.deep.equal(['short']);
      await loaded.clock.advance(1);
      expect((await refused).status).to.equal(500);
      expect(loaded.decisions.map(({ module, ms }) => [module, ms])).to.deep.equal([
        ['long', 5000],
        ['short', 1000],
      ]);
      const times = loaded.modules.figures().map(({ module, totalMs }) => [module, totalMs]);
      expect(times).to.deep.equal([
        ['quick', 0],
        ['slow', 3000],
        ['short', 1000],
        ['long', 5000],
      ]);
    });

    it('takes promises that are of another make', async () => {
      const foreign = (verdict: boolean): object =>
        spamChecker({ user_may_create_room: () => runInNewContext('Promise.resolve(verdict)', { verdict }) as Promise<boolean> });
      await createRoom(await load([entry({ module: foreign(true) })]));
      const loaded = await load([entry({ module: foreign(true) }), entry({ module: foreign(false) })]);
      expect((await failure(createRoom(loaded))).errcode).to.equal('M_FORBIDDEN');
    });

    it('drops what comes too late', async () => {
      let answer: (verdict: boolean) => void = () => undefined;
      const late = spamChecker({ user_may_create_room: () => new Promise<boolean>((resolve) => (answer = resolve)) });
      const loaded = await load([entry({ module: late })]);
      const refused = failure(createRoom(loaded));
      await loaded.clock.advance(5000);
      await refused;
      answer(false);
      await new Promise((resolve) => setImmediate(resolve));
      expect(loaded.decisions).to.have.length(1);
    });
  });

  describe('the breaker', () => {
    it('parks a module that fails again and again, and tries it later', async () => {
      let broken = true;
      let calls = 0;
      const module = spamChecker({
        user_may_create_room: () => {
          calls += 1;
          if (broken) throw new Error('broken');
          return true;
        },
      });
      const loaded = await load([entry({ module, name: 'shaky' })]);
      for (let round = 0; round < 25; round += 1) expect((await failure(createRoom(loaded))).status).to.equal(500);
      expect(calls).to.equal(20);
      expect(loaded.modules.status()[0]?.parkedUntil).to.equal(loaded.clock.now() + 30_000);
      expect(loaded.lines.map(([, , text]) => text)).to.include('shaky failed too often and is not asked for 30 s; its failure policy holds');
      expect(await loaded.registry.metrics()).to.contain('plexus_module_is_parked{module="shaky"} 1');
      await loaded.clock.advance(30_000);
      await failure(createRoom(loaded));
      await failure(createRoom(loaded));
      expect(calls, 'one trial, which parks it again').to.equal(21);
      broken = false;
      await loaded.clock.advance(60_000);
      await createRoom(loaded);
      await createRoom(loaded);
      expect(calls).to.equal(23);
      expect(loaded.modules.status()[0]?.parkedUntil).to.equal(undefined);
      expect(await loaded.registry.metrics()).to.contain('plexus_module_is_parked{module="shaky"} 0');
    });

    it('does not count refusals, nor failures between which it works', async () => {
      let calls = 0;
      const module = spamChecker({
        user_may_create_room: () => {
          calls += 1;
          if (calls % 2 === 0) throw new Error('every other time');
          throw new MatrixError(403, 'M_FORBIDDEN', 'no');
        },
      });
      const loaded = await load([entry({ module })]);
      for (let round = 0; round < 60; round += 1) await failure(createRoom(loaded));
      expect(calls).to.equal(60);
    });
  });

  describe('shadow mode', () => {
    it('asks and records, without effect', async () => {
      const module = moduleWith((api) => {
        api.registerSpamCheckerCallbacks({
          user_may_create_room: () => false,
          user_may_invite() {
            throw new Error('broken');
          },
        });
        api.registerThirdPartyRulesCallbacks({
          check_event_allowed: (event) => [true, { ...event.getDict(), content: { body: 'other' } }],
          on_create_room: (_requester, content) => void (content['name'] = 'changed'),
        });
        api.registerAccountValidityCallbacks({ is_user_expired: () => true });
      });
      const loaded = await load([entry({ module, name: 'shy', mode: 'shadow' })]);
      await createRoom(loaded);
      await loaded.ask('user_may_invite', ALICE, '@bob:localhost' as UserId, message({}).roomId);
      expect(await loaded.ask('check_event_allowed', message({ body: 'x' }), NO_STATE)).to.equal(undefined);
      const content: Record<string, JsonValue> = { name: 'mine' };
      await loaded.ask('on_create_room', REQUESTER, content, false);
      expect(content).to.deep.equal({ name: 'mine' });
      expect(await loaded.ask('is_user_expired', ALICE)).to.equal(false);
      await loaded.modules.idle();
      const decisions = loaded.decisions.map(({ callback, outcome, shadow }) => [callback, outcome, shadow]);
      expect(decisions).to.deep.equal([
        ['is_user_expired', 'answered', true],
        ['on_create_room', 'replaced', true],
        ['check_event_allowed', 'replaced', true],
        ['user_may_invite', 'failed', true],
        ['user_may_create_room', 'refused', true],
      ]);
      expect(loaded.lines.map(([, , text]) => text)).to.include('shy would have refused (user_may_create_room)');
      const metrics = await loaded.registry.metrics();
      expect(metrics).to.contain('plexus_module_shadow_refusals_total{module="shy",callback="user_may_create_room"} 1');
      expect(metrics).not.to.contain('plexus_module_refusals_total{');
      const figures = loaded.modules.figures().find(({ callback }) => callback === 'user_may_create_room');
      expect(figures).to.deep.include({ module: 'shy', shadow: true, calls: 1 }).and.have.nested.property('outcomes.refused', 1);
    });

    it('judges what it was asked about, whatever later modules make of it meanwhile', async () => {
      let answer: (verdict: unknown) => void = () => undefined;
      const slow = rules({ check_event_allowed: () => new Promise((resolve) => (answer = resolve)) as never });
      const other = rules({ check_event_allowed: (event) => [true, { ...event.getDict(), content: { body: 'x', other: 1 } }] });
      const loaded = await load([entry({ module: slow, mode: 'shadow', name: 'slow' }), entry({ module: other })]);
      await loaded.ask('check_event_allowed', message({ body: 'a' }), NO_STATE);
      answer([true, { ...message({ body: 'x' }).pdu }]);
      await loaded.modules.idle();
      expect(loaded.decisions.find(({ module }) => module === 'slow')).to.include({ outcome: 'replaced', said: 'another body' });
    });

    it('is not asked more than it can think about', async () => {
      const loaded = await load([
        entry({ module: spamChecker({ user_may_create_room: () => new Promise<boolean>(() => undefined) }), mode: 'shadow' }),
      ]);
      for (let turn = 0; turn < 1003; turn++) await createRoom(loaded);
      await loaded.clock.advance(5_000);
      await loaded.modules.idle();
      expect(loaded.modules.figures()[0]?.outcomes).to.include({ parked: 3, failed: 1000 });
    });

    it('lets nobody in', async () => {
      const module = moduleWith((api) =>
        api.registerPasswordAuthProviderCallbacks({ auth_checkers: new Map([[['org.example.key', ['key']], () => ALICE]]) as never }),
      );
      const loaded = await load([entry({ module, mode: 'shadow' })]);
      expect([...loaded.modules.policy.loginTypes().keys()]).to.be.empty;
      const enforcing = await load([entry({ module })]);
      expect([...enforcing.modules.policy.loginTypes().keys()]).to.deep.equal(['org.example.key']);
    });

    it('does not wait for a slow one', async () => {
      const hanging = spamChecker({ user_may_create_room: () => new Promise<boolean>(() => undefined) });
      const loaded = await load([entry({ module: hanging, mode: 'shadow' })]);
      await createRoom(loaded);
    });
  });

  describe('replacements', () => {
    const append = (letter: string): object =>
      rules({
        check_event_allowed: (event: ModuleEvent) => {
          const dict = event.getDict();
          dict.content['body'] = bodyOf(event) + letter;
          return [true, dict];
        },
      });

    it('shows later modules what the earlier ones made of the event, and lets them refuse it', async () => {
      const both = await load([entry({ module: append('b') }), entry({ module: append('c') })]);
      const event = message({ body: 'a', other: [1] });
      expect(await both.ask('check_event_allowed', event, NO_STATE)).to.have.nested.property('content.body', 'abc');
      expect(both.decisions.map(({ outcome, said }) => [outcome, said])).to.deep.equal([
        ['replaced', 'another body'],
        ['replaced', 'another body'],
      ]);
      expect(event.content).to.deep.equal({ body: 'a', other: [1] });
      const noB = rules({ check_event_allowed: (shown) => !bodyOf(shown).includes('b') });
      const refusing = await load([entry({ module: append('b') }), entry({ module: noB })]);
      expect((await failure(refusing.ask('check_event_allowed', event, NO_STATE))).errcode).to.equal('M_FORBIDDEN');
    });

    it('are failures when they change what they may not, or could not be events', async () => {
      const edits: readonly ((dict: Record<string, unknown>) => void)[] = [
        (dict) => (dict['type'] = 'other'),
        (dict) => (dict['room_id'] = '!other:localhost'),
        (dict) => (dict['sender'] = '@bob:localhost'),
        (dict) => (dict['state_key'] = ''),
        (dict) => delete dict['content'],
        (dict) => (dict['content'] = { float: 1.5 }),
        (dict) => (dict['content'] = { big: 2n }),
        (dict) => (dict['origin_server_ts'] = 'now'),
      ];
      for (const edit of edits) {
        const module = rules({
          check_event_allowed(event) {
            const dict: Record<string, unknown> = event.getDict();
            edit(dict);
            return [true, dict];
          },
        });
        const denying = await load([entry({ module })]);
        expect((await failure(denying.ask('check_event_allowed', message({}), NO_STATE))).status, String(edit)).to.equal(500);
        const allowing = await load([entry({ module, on_error: 'allow' })]);
        expect(await allowing.ask('check_event_allowed', message({}), NO_STATE), String(edit)).to.equal(undefined);
      }
    });

    it('are failures for events of other servers', async () => {
      const loaded = await load([entry({ module: append('b') })]);
      const foreign = message({ body: 'a' }, '@carol:elsewhere' as UserId);
      expect((await failure(loaded.ask('check_event_allowed', foreign, NO_STATE))).status).to.equal(500);
    });
  });

  describe('on_create_room', () => {
    it('changes the request in place, one module after the other', async () => {
      const add = (key: string): object => rules({ on_create_room: (_requester, content) => void (content[key] = Object.keys(content).length) });
      const loaded = await load([entry({ module: add('one') }), entry({ module: add('two') })]);
      const content: Record<string, JsonValue> = { name: 'x' };
      await loaded.ask('on_create_room', REQUESTER, content, false);
      expect(content).to.deep.equal({ name: 'x', one: 1, two: 2 });
    });

    it('leaves no half change of a module that failed', async () => {
      const module = rules({
        on_create_room(_requester, content) {
          content['name'] = 'half';
          throw new Error('broken');
        },
      });
      const loaded = await load([entry({ module, on_error: 'allow' })]);
      const content: Record<string, JsonValue> = { name: 'x' };
      await loaded.ask('on_create_room', REQUESTER, content, false);
      expect(content).to.deep.equal({ name: 'x' });
      const denying = await load([entry({ module })]);
      expect((await failure(denying.ask('on_create_room', REQUESTER, content, false))).status).to.equal(500);
    });

    it('takes a key called __proto__ for data', async () => {
      const loaded = await load([entry({ module: rules({ on_create_room: (_requester, content) => void (content['x'] = 1) }) })]);
      const content = JSON.parse('{"__proto__": {"name": "x"}}') as Record<string, JsonValue>;
      await loaded.ask('on_create_room', REQUESTER, content, false);
      expect(Object.keys(content)).to.deep.equal(['__proto__', 'x']);
      expect(Object.getPrototypeOf(content)).to.equal(Object.prototype);
    });

    it('ignores what is returned', async () => {
      const loaded = await load([entry({ module: rules({ on_create_room: (() => false) as () => void }) })]);
      await loaded.ask('on_create_room', REQUESTER, {}, false);
    });
  });

  it('hands over what cannot be changed', async () => {
    const problems: string[] = [];
    const tryTo = (what: string, change: () => void): void => {
      try {
        change();
        problems.push(what);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    };
    const module = moduleWith((api) => {
      api.registerSpamCheckerCallbacks({
        check_event_for_spam(event) {
          tryTo('content', () => Object.assign(event.content, { body: 'changed' }));
          tryTo('deep content', () => Object.assign(event.content['deep'] as object, { x: 1 }));
          tryTo('event', () => Object.assign(event, { sender: '@x:y' }));
          event.getDict().content['body'] = 'changed';
          return false;
        },
        user_may_create_room(_userId, config) {
          tryTo('room config', () => Object.assign(config, { name: 'changed' }));
          return true;
        },
        check_username_for_spam(profile) {
          profile.display_name = 'changed';
          return true;
        },
      });
    });
    const loaded = await load([entry({ module })]);
    const event = message({ body: 'x', deep: {} });
    await loaded.ask('check_event_for_spam', event);
    const config = { name: 'x' };
    await loaded.ask('user_may_create_room', ALICE, config);
    const profile = { userId: ALICE, displayName: 'Alice', avatarUrl: undefined };
    await loaded.ask('check_username_for_spam', profile);
    expect(problems).to.deep.equal([]);
    expect([event.content['body'], config.name, profile.displayName]).to.deep.equal(['x', 'x', 'Alice']);
  });

  it('keeps a trail of decisions and counts them', async () => {
    const module = spamChecker({ check_event_for_spam: () => 'too many links' });
    const loaded = await load([entry({ module, name: 'links' })]);
    const event = message({ body: 'x' });
    await failure(loaded.ask('check_event_for_spam', event));
    const [decision, ...others] = loaded.decisions;
    expect(others).to.be.empty;
    expect(decision).to.deep.include({
      at: loaded.clock.now(),
      module: 'links',
      callback: 'check_event_for_spam',
      outcome: 'refused',
      said: 'M_FORBIDDEN too many links',
      occasion: OCCASION,
      subject: { roomId: event.roomId, eventId: event.eventId, eventType: 'm.room.message' },
      shadow: false,
    });
    expect(decision?.ms).to.be.a('number');
    const metrics = await loaded.registry.metrics();
    expect(metrics).to.contain('plexus_module_seconds_count{module="links",callback="check_event_for_spam"} 1');
    expect(metrics).to.contain('plexus_module_refusals_total{module="links",callback="check_event_for_spam"} 1');
    expect(loaded.lines[0]?.[0]).to.equal('info');
  });

  it('contains listeners', async () => {
    const told: string[] = [];
    const listening = (name: string, fails: boolean): object =>
      moduleWith((api) =>
        api.registerAccountValidityCallbacks({
          on_user_registration() {
            told.push(name);
            if (fails) throw new MatrixError(403, 'M_FORBIDDEN', 'no');
          },
        }),
      );
    const loaded = await load([entry({ module: listening('first', true) }), entry({ module: listening('second', false) })]);
    await loaded.modules.policy.tell('on_user_registration', OCCASION, ALICE);
    expect(told).to.deep.equal(['first', 'second']);
    expect(loaded.decisions[0]).to.include({ outcome: 'failed', callback: 'on_user_registration' });
  });
});
