import { expect } from 'chai';
import type { RoomAlias, UserId } from '../../../src/core/identifiers.ts';
import { MatrixError } from '../../../src/kernel/errors.ts';
import type { FileInfo, FileTarget, FileWrapper, MediaFileName } from '../../../src/kernel/question-values.ts';
import type { QuestionName, Questions } from '../../../src/kernel/questions.ts';
import { CATEGORIES, type RegisterMethod } from '../../../src/modules/callbacks.ts';
import { Codes, NOT_SPAM, RegistrationBehaviour } from '../../../src/modules/public.ts';
import { ALICE, entry, load, message, NO_STATE, REQUESTER, ROOM } from './modules-under-test.ts';
import { moduleWith } from '../../modules/module-with.ts';

const BOB = '@bob:localhost' as UserId;
const FILE: FileWrapper = { path: '/tmp/x', size: 1, async *stream() {} };
const NAME: MediaFileName = { key: 'ab/cd/abcd', sha256: 'abcd', size: 1 };
const TARGET: FileTarget = { begin: () => () => Promise.resolve(), isWhole: true };
const INFO: FileInfo = { serverName: undefined, fileId: 'f', mediaType: 'text/plain', uploader: ALICE, thumbnail: undefined, urlCache: false };

/** Each question with arguments as the server has them. */
const ARGS: { readonly [Q in QuestionName]: () => Questions[Q]['args'] } = {
  check_event_for_spam: () => [message({ body: 'x' })],
  user_may_join_room: () => [ALICE, ROOM, false],
  user_may_invite: () => [ALICE, BOB, ROOM],
  user_may_send_3pid_invite: () => [ALICE, 'email', 'bob@example.org', ROOM],
  user_may_send_state_event: () => [ALICE, ROOM, 'm.room.topic', '', { topic: 'x' }],
  check_login_for_spam: () => [
    { userId: BOB, deviceId: undefined, initialDisplayName: undefined, requestInfo: [['agent', 'ip']], authProviderId: undefined },
  ],
  check_threepid_can_be_invited: () => ['email', 'bob@example.org', NO_STATE],
  check_visibility_can_be_modified: () => [ROOM, NO_STATE, 'public'],
  check_can_shutdown_room: () => [ALICE, ROOM],
  check_can_deactivate_user: () => [BOB, true],
  is_3pid_allowed: () => ['email', 'bob@example.org', true],
  auth_checkers: () => ['m.login.password', 'bob', { password: 'secret' }],
  check_3pid_auth: () => ['email', 'bob@example.org', 'secret'],
  on_legacy_send_mail: () => [ALICE],
  on_legacy_renew: () => ['token'],
  on_legacy_admin_request: () => [{ user_id: BOB }],
  get_username_for_registration: () => [{}, { username: 'bob' }],
  get_displayname_for_registration: () => [{}, { username: 'bob' }],
  is_user_allowed_to_upload_media_of_size: () => [ALICE, 5],
  get_media_config_for_user: () => [ALICE],
  get_media_upload_limits_for_user: () => [ALICE, 5],
  get_ratelimit_override_for_user: () => [ALICE, 'message'],
  on_user_data_export: () => [ALICE],
  add_field_to_unsigned_callback: () => [message({ body: 'x' })],
  user_may_create_room: () => [ALICE, {}],
  user_may_create_room_alias: () => [ALICE, '#x:localhost' as RoomAlias],
  user_may_publish_room: () => [ALICE, ROOM],
  check_media_file_for_spam: () => [FILE, INFO],
  check_username_for_spam: () => [{ userId: BOB, displayName: 'Bob', avatarUrl: undefined }],
  check_registration_for_spam: () => [{ emailThreepid: undefined, username: 'bob', requestInfo: [['agent', 'ip']], authProviderId: undefined }],
  check_event_allowed: () => [message({ body: 'x' }), NO_STATE],
  sign_event: () => [message({ body: 'x' }), NO_STATE],
  on_create_room: () => [REQUESTER, { name: 'x' }, false],
  is_user_expired: () => [ALICE],
  get_users_for_states: () => [[{ userId: BOB, state: 'online', statusMsg: undefined, lastActiveTs: 1, currentlyActive: true }]],
  get_interested_users: () => [ALICE],
  on_update: () => ['purge_room', 'main', false],
  default_batch_size: () => ['purge_room', 'main'],
  min_batch_size: () => ['purge_room', 'main'],
  get_media_storage_id: () => [],
  has_media_file: () => [NAME],
  store_media_file: () => [NAME, FILE],
  fetch_media_file: () => [NAME, TARGET],
  delete_media_file: () => [NAME],
};

/** The other half of what has to be registered together. */
const WITH: Readonly<Record<string, object>> = {
  get_users_for_states: { get_interested_users: () => [] },
  get_interested_users: { get_users_for_states: () => new Map() },
};

function callbackModule(name: QuestionName, callback: () => unknown): object {
  const [method] = (Object.entries(CATEGORIES) as [RegisterMethod, { callbacks: object }][]).find(([, row]) => name in row.callbacks) ?? [];
  if (method === undefined) throw new Error(`${name} belongs to no category`);
  const registered = name === 'auth_checkers' ? new Map([[['m.login.password', ['password']], callback]]) : callback;
  return moduleWith((api) => api[method]({ ...WITH[name], [name]: registered }));
}

/** What a value comes to: `allow`, `fail` (the module failed) or a refusal's errcode and text. */
type Outcome = 'allow' | 'fail' | readonly [errcode: string, text?: string];
const refused = (errcode: string, text?: string): Outcome => (text === undefined ? [errcode] : [errcode, text]);
const NO = refused('M_FORBIDDEN');

const VALUES: readonly (readonly [label: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['NOT_SPAM', NOT_SPAM],
  ['a string NOT_SPAM made at run time', ['NOT', 'SPAM'].join('_')],
  ['a code', Codes.LIMIT_EXCEEDED],
  ['a code with fields', [Codes.LIMIT_EXCEEDED, { error: 'wait', retry_after_ms: 5, errcode: 'M_OTHER', status: 200 }]],
  ['a text', 'because'],
  ['nothing', undefined],
  ['null', null],
  ['a number', 0],
  ['an object', {}],
  ['an empty list', []],
  ['a code with nonsense', [Codes.FORBIDDEN, 'x']],
  ['a function', () => true],
];

const LIMIT = refused('M_LIMIT_EXCEEDED');
const WAIT = refused('M_LIMIT_EXCEEDED', 'wait');
const NONSENSE: readonly Outcome[] = ['fail', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail'];
/** In the order of VALUES. */
const GATE: readonly Outcome[] = ['allow', NO, 'allow', 'allow', LIMIT, WAIT, 'fail', ...NONSENSE];
/** Where booleans mean nothing. */
const EXPLICIT: readonly Outcome[] = ['fail', 'fail', ...GATE.slice(2)];
const EXPECTED: Readonly<Partial<Record<QuestionName, readonly Outcome[]>>> = {
  check_event_for_spam: [NO, 'allow', 'allow', 'allow', LIMIT, WAIT, refused('M_FORBIDDEN', 'because'), ...NONSENSE],
  user_may_join_room: GATE,
  user_may_invite: GATE,
  user_may_send_3pid_invite: GATE,
  user_may_send_state_event: EXPLICIT,
  check_login_for_spam: EXPLICIT,
  check_threepid_can_be_invited: GATE,
  check_visibility_can_be_modified: GATE,
  check_can_shutdown_room: GATE,
  check_can_deactivate_user: GATE,
  is_3pid_allowed: ['allow', refused('M_THREEPID_DENIED'), ...GATE.slice(2)],
  is_user_allowed_to_upload_media_of_size: ['allow', refused('M_TOO_LARGE'), ...GATE.slice(2)],
  user_may_create_room: GATE,
  user_may_create_room_alias: GATE,
  user_may_publish_room: GATE,
  check_media_file_for_spam: GATE,
  check_event_allowed: GATE,
  sign_event: ['fail', 'fail', 'allow', 'allow', LIMIT, WAIT, 'fail', 'allow', 'allow', 'fail', 'fail', 'fail', 'fail', 'allow'],
  check_registration_for_spam: Array.from({ length: VALUES.length }, () => 'fail' as const),
};

async function outcomeOf(question: QuestionName, value: unknown, onError: 'deny' | 'allow'): Promise<{ outcome: Outcome; error?: MatrixError }> {
  const { ask } = await load([entry({ module: callbackModule(question, () => value), on_error: onError })]);
  try {
    await (ask as (name: QuestionName, ...args: readonly unknown[]) => Promise<unknown>)(question, ...ARGS[question]());
    return { outcome: 'allow' };
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    if (error.status === 500) return { outcome: 'fail', error };
    return { outcome: [error.errcode, error.body()['error'] as string], error };
  }
}

describe('what modules answer', () => {
  for (const [question, outcomes] of Object.entries(EXPECTED) as [QuestionName, readonly Outcome[]][]) {
    for (const [index, [label, value]] of VALUES.entries()) {
      const expected = outcomes[index] ?? 'fail';
      it(`${question}: ${label} -> ${String(expected)}`, async () => {
        const { outcome, error } = await outcomeOf(question, value, 'deny');
        if (typeof expected === 'string') {
          expect(outcome).to.equal(expected);
          if (expected === 'fail')
            expect(error?.body())
              .to.have.all.keys('errcode', 'error')
              .and.property('error')
              .match(/^Internal server error \(incident \w{8}\)$/);
        } else {
          expect(outcome[0]).to.equal(expected[0]);
          if (expected[1] !== undefined) expect(outcome[1]).to.equal(expected[1]);
          expect(error?.status).to.equal(question === 'is_user_allowed_to_upload_media_of_size' ? 413 : 403);
        }
        const lenient = await outcomeOf(question, value, 'allow');
        expect(lenient.outcome, 'with on_error: allow').to.deep.equal(expected === 'fail' ? 'allow' : outcome);
      });
    }
    it(`${question}: a thrown MatrixError reaches the client as it is`, async () => {
      const teapot = new MatrixError(418, 'M_TEAPOT', 'short and stout', { handle: 'here' });
      const { outcome, error } = await outcomeOf(question, Promise.reject(teapot), 'allow');
      expect(outcome).to.deep.equal(['M_TEAPOT', 'short and stout']);
      expect(error).to.equal(teapot);
    });
    it(`${question}: anything else thrown is a failure`, async () => {
      expect((await outcomeOf(question, Promise.reject(new TypeError('secret')), 'deny')).error?.message).to.not.contain('secret');
      expect((await outcomeOf(question, Promise.reject(new TypeError('secret')), 'allow')).outcome).to.equal('allow');
    });
  }

  it('merges the fields of a code into the error, but neither code nor status', async () => {
    const { error } = await outcomeOf(
      'user_may_invite',
      [Codes.LIMIT_EXCEEDED, { error: 'wait', retry_after_ms: 5, errcode: 'X', status: 200 }],
      'deny',
    );
    expect(error?.status).to.equal(403);
    expect(error?.body()).to.deep.equal({ errcode: 'M_LIMIT_EXCEEDED', error: 'wait', retry_after_ms: 5, status: 200 });
  });

  it('check_event_allowed takes [allowed, replacement]', async () => {
    const answers: readonly (readonly [unknown, Outcome])[] = [
      [[true], 'allow'],
      [[true, null], 'allow'],
      [[true, undefined], 'allow'],
      [[false], NO],
      [[false, {}], NO],
      [[true, {}], 'fail'],
      [[true, 'x'], 'fail'],
      [[true, null, 1], 'fail'],
      [{}, 'fail'],
    ];
    for (const [value, expected] of answers) {
      const { outcome } = await outcomeOf('check_event_allowed', value, 'deny');
      expect(typeof outcome === 'string' ? outcome : [outcome[0]], JSON.stringify(value)).to.deep.equal(expected);
    }
  });

  describe('sign_event, when the event has its place', () => {
    const signed = async (...values: readonly unknown[]): Promise<unknown> => {
      const modules = values.map((value) => entry({ module: callbackModule('sign_event', () => () => value) }));
      const { ask } = await load(modules);
      const event = message({ body: 'x' });
      const own = { ...event, pdu: { ...event.pdu, signatures: { localhost: { 'ed25519:a': 'b3du' } } } };
      const sign = await ask('sign_event', event, NO_STATE);
      return sign?.(own).then(({ pdu }) => pdu['signatures'], outcome);
    };
    const outcome = (error: MatrixError): unknown => (error.status === 500 ? 'fail' : [error.status, error.body()]);
    const own = { localhost: { 'ed25519:a': 'b3du' } };

    it('takes signatures, and leaves those that are there', async () => {
      const given = { 'a.org': { 'ed25519:policy_server': 'YQ' }, localhost: { 'ed25519:a': 'Zg', 'ed25519:b': 'Yg' } };
      expect(await signed(given)).to.deep.equal({ ...given, localhost: { 'ed25519:a': 'b3du', 'ed25519:b': 'Yg' } });
      expect(await signed({ 'a.org': { 'ed25519:a': 'MQ' } }, { 'a.org': { 'ed25519:a': 'Mg', 'ed25519:b': 'Mg' } })).to.deep.equal({
        ...own,
        'a.org': { 'ed25519:a': 'MQ', 'ed25519:b': 'Mg' },
      });
    });

    it('goes on where there is nothing to add', async () => {
      for (const nothing of [undefined, null, {}, NOT_SPAM]) expect(await signed(nothing)).to.deep.equal(own);
    });

    it('takes a refusal', async () => {
      const error = 'This event may not be sent to this room';
      expect(await signed(Codes.FORBIDDEN)).to.deep.equal([403, { errcode: 'M_FORBIDDEN', error }]);
      const spam = { errcode: 'M_SPAM', error: 'spam' };
      expect(await signed(Promise.reject(new MatrixError(400, 'M_SPAM', 'spam')))).to.deep.equal([400, spam]);
    });

    it('takes nothing that is no signature', async () => {
      const long = 'A'.repeat(1_025);
      const wrong: readonly unknown[] = [
        true,
        'signed',
        [],
        { 'no name': { 'ed25519:a': 'YQ' } },
        { 'a.org': 'YQ' },
        { 'a.org': { key: 'YQ' } },
        { 'a.org': { 'ed25519:a': 1 } },
        { 'a.org': { 'ed25519:a': 'not base64!' } },
        { 'a.org': { 'ed25519:a': long } },
      ];
      for (const value of wrong) expect(await signed(value), JSON.stringify(value)).to.equal('fail');
    });
  });

  it('check_registration_for_spam takes the behaviours only', async () => {
    const answer = async (value: unknown): Promise<unknown> => {
      const { ask } = await load([entry({ module: callbackModule('check_registration_for_spam', () => value) })]);
      return ask('check_registration_for_spam', ...ARGS.check_registration_for_spam());
    };
    expect(await answer(RegistrationBehaviour.ALLOW)).to.equal('allow');
    expect(await answer(RegistrationBehaviour.SHADOW_BAN)).to.equal('shadow_ban');
    expect(await answer(RegistrationBehaviour.DENY).catch((error: unknown) => error)).to.include({ status: 403, errcode: 'M_FORBIDDEN' });
  });

  it('check_username_for_spam hides on false and on codes', async () => {
    const answer = async (value: unknown): Promise<unknown> => {
      const { ask } = await load([entry({ module: callbackModule('check_username_for_spam', () => value) })]);
      return ask('check_username_for_spam', ...ARGS.check_username_for_spam()).catch((error: unknown) => error);
    };
    expect(await answer(true)).to.equal(true);
    expect(await answer(NOT_SPAM)).to.equal(true);
    expect(await answer(false)).to.equal(false);
    expect(await answer(Codes.FORBIDDEN)).to.equal(false);
    expect(await answer(1)).to.include({ status: 500 });
  });

  it('is_user_expired: the first that knows decides', async () => {
    const answer = async (...values: unknown[]): Promise<boolean> => {
      const { ask } = await load(values.map((value) => entry({ module: callbackModule('is_user_expired', () => value) })));
      return ask('is_user_expired', ALICE);
    };
    expect(await answer(null)).to.equal(false);
    expect(await answer(null, true)).to.equal(true);
    expect(await answer(false, true)).to.equal(false);
    expect(await answer(true, false)).to.equal(true);
    expect(await answer(undefined, true)).to.equal(true);
    expect(await answer('yes').catch((error: unknown) => error)).to.include({ status: 500 });
  });

  it('presence: answers are united, nonsense is contained', async () => {
    const interest = async (...values: unknown[]): Promise<unknown> => {
      const { ask } = await load(values.map((value) => entry({ module: callbackModule('get_interested_users', () => value) })));
      return ask('get_interested_users', ALICE);
    };
    expect(await interest(new Set(['@a:x']), ['@b:x'])).to.deep.equal(new Set(['@a:x', '@b:x']));
    expect(await interest(['@a:x'], 'ALL')).to.equal('ALL');
    expect(await interest('some text', 7, undefined, [7], ['@b:x'])).to.deep.equal(new Set(['@b:x']));
    const [states] = ARGS.get_users_for_states();
    const modules = [new Map([['@a:x', new Set(states)]]), { '@b:x': states }, 'nonsense'].map((value) =>
      entry({ module: callbackModule('get_users_for_states', () => value) }),
    );
    const { ask } = await load(modules);
    expect([...(await ask('get_users_for_states', states)).entries()].map(([user, shown]) => [user, [...shown]])).to.deep.equal([
      ['@a:x', states],
      ['@b:x', states],
    ]);
  });
});
