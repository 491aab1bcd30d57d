import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isIncident } from '../../src/testing/faults.ts';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { CALLBACK_OCCASIONS, identityServer, OCCASIONAL, World, type AskedAtOnce } from './callback-occasions.ts';
import { CALLBACKS_BY_METHOD, harmlessAnswer } from './harmless.ts';

/** Loops for ever once it was told so, but leaves the processors to the others: a dozen of them would starve the test. */
const LOOPING = `
export default class Looping {
  constructor({ name, method, answer }, api) {
    let loops = false;
    const callback = () => {
      while (loops) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      return answer;
    };
    api[method]({ [name]: name === 'auth_checkers' ? [[['m.login.password', ['password']], callback]] : callback });
    if (name === 'get_interested_users') api[method]({ get_users_for_states: () => new Map() });
    api.registerWebResource('/_synapse/client/loop/' + name, { POST: (ctx) => { loops = true; ctx.body = {}; } });
  }
}`;

/**
 * Of each way in which answers are read one callback, and of the most usual one each policy. Of those that are contained the policy is of no
 * account. Once one that denies loops, what comes after it must not need it: nothing comes after is_user_expired.
 */
const POLICIES: Partial<Readonly<Record<AskedAtOnce, 'deny' | 'allow'>>> = {
  user_may_invite: 'allow',
  check_username_for_spam: 'allow',
  get_media_config_for_user: 'allow',
  on_user_data_export: 'allow',
  auth_checkers: 'deny',
  get_interested_users: 'deny',
  add_field_to_unsigned_callback: 'deny',
  on_new_event: 'deny',
  sign_event: 'allow',
  check_event_for_spam: 'deny',
  check_event_allowed: 'deny',
  on_create_room: 'deny',
  check_registration_for_spam: 'deny',
  is_user_expired: 'deny',
};
const CONTAINED: readonly string[] = ['auth_checkers', 'get_interested_users', 'add_field_to_unsigned_callback', 'on_new_event'];
/** ms */
const DEADLINE = 400;

describe('an endless loop in a module’s thread, in one callback of each kind of answer', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'plexus-loops-'));
  const file = join(folder, 'looping.mjs');
  const looped = Object.entries(POLICIES) as [AskedAtOnce, 'deny' | 'allow'][];
  let server: TestServer;
  let world: World;
  before(async () => {
    writeFileSync(file, LOOPING);
    const modules = looped.map(([name, onError]) => {
      const [method] = CALLBACKS_BY_METHOD.find(([, names]) => names.includes(name)) ?? [];
      const config = { name, method, answer: harmlessAnswer(name) };
      return { module: file, name, isolation: 'worker', on_error: onError, timeout: DEADLINE, config };
    });
    server = await boot({ outside: identityServer, config: OCCASIONAL, modules });
    world = await World.on(server);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  for (const [name, onError] of looped) {
    const isDenied = onError === 'deny' && !CONTAINED.includes(name);
    it(`${name}: costs its deadline, and is ${isDenied ? 'denied' : 'passed over'}`, async () => {
      const act = await CALLBACK_OCCASIONS[name](world);
      await server.request('POST', `/_synapse/client/loop/${name}`, {});
      const since = server.decisions.length;
      const [failure] = await Promise.all([
        act().then(
          () => undefined,
          (error: unknown) => error,
        ),
        server.request('GET', '/_matrix/client/versions'),
      ]);
      const failed = server.decisions.slice(since).filter(({ callback, outcome }) => callback === name && outcome === 'failed');
      expect(failed.map(({ said }) => said)).to.include(`did not answer within ${DEADLINE} ms`);
      expect(isIncident(failure, failed), String(failure)).to.equal(isDenied);
      if (!isDenied) expect(failure).to.equal(undefined);
    });
  }
});
