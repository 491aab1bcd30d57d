import { expect } from 'chai';
import { CATEGORIES } from '../../src/modules/callbacks.ts';
import { WHOLE_STORAGE } from '../../src/modules/callbacks/media-storage.ts';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { CALLBACK_OCCASIONS, identityServer, OCCASIONAL, World } from './callback-occasions.ts';
import { CALLBACKS_BY_METHOD, harmlessAnswer } from './harmless.ts';
import { moduleWith } from './module-with.ts';

const NAMES = Object.keys(CALLBACK_OCCASIONS) as (keyof typeof CALLBACK_OCCASIONS)[];
const FAULTS = ['throw', 'hang', 'never-settle', 'wrong-shape'] as const;
/** ms. */
const DEADLINE = 3_000;

/** A module that has every callback, and nothing against anything. */
const everything = moduleWith((api) => {
  for (const [method, names] of CALLBACKS_BY_METHOD) {
    if (method === 'registerMediaStorageCallbacks') continue;
    const answers = names.map((name) => [
      name,
      name === 'auth_checkers' ? [[['m.login.password', ['password']], () => null]] : () => harmlessAnswer(name),
    ]);
    api[method](Object.fromEntries(answers));
  }
});

describe('whatever goes wrong in whichever callback', () => {
  it('is tried below, but for the callbacks that this server never asks', () => {
    const neverAsked = Object.values(CATEGORIES).flatMap((category) => ('neverAsked' in category ? Object.keys(category.neverAsked) : []));
    expect([...NAMES, ...WHOLE_STORAGE].toSorted()).to.deep.equal(CALLBACKS_BY_METHOD.flatMap(([, names]) => names).toSorted());
    expect(neverAsked.toSorted()).to.deep.equal(['federated_user_may_invite', 'on_event_delivered_over_federation', 'should_drop_federated_event']);
  });

  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => void process.off('unhandledRejection', note));

  for (const onError of ['deny', 'allow'] as const) {
    describe(`with on_error: ${onError}`, () => {
      let server: TestServer;
      let world: World;
      before(async () => {
        const modules = [
          { module: everything, name: 'everything', on_error: onError, timeout: DEADLINE, hooks: { on_update: { timeout: DEADLINE } } },
        ];
        server = await boot({ clock: 'fake', outside: identityServer, config: OCCASIONAL, modules });
        world = await World.on(server);
      });
      after(() => server.close());

      for (const name of NAMES) {
        it(`${name} costs nobody else anything while it thinks`, async () => {
          const act = await CALLBACK_OCCASIONS[name](world);
          const held = server.faults.hold(name);
          const acting = act();
          await held.asked;
          await server.request('GET', '/_matrix/client/versions');
          held.release();
          await acting;
        });

        for (const fault of FAULTS) {
          it(`${name} (${fault}) does what was declared, within its deadline`, async () => {
            const act = await CALLBACK_OCCASIONS[name](world);
            const [since, began] = [server.decisions.length, server.clock.now()];
            await server.faults.expectPolicy(name, fault, act);
            const failed = server.decisions.slice(since).filter(({ outcome }) => outcome === 'failed');
            for (const { callback, module, said } of failed) {
              expect([callback, module]).to.deep.equal([name, 'everything']);
              if (fault === 'hang' || fault === 'never-settle') expect(said).to.equal(`did not answer within ${DEADLINE} ms`);
            }
            expect(server.clock.now() - began).to.be.at.most(failed.length * DEADLINE);
          });
        }
      }

      it('leaves nothing broken, and no rejection unhandled', async () => {
        await server.idle();
        for (const name of NAMES) await (await CALLBACK_OCCASIONS[name](world))();
        expect(unhandled).to.deep.equal([]);
      });
    });
  }
});
