import { expect } from 'chai';
import { boot, callbackCoverage, coverageSummary, decisionText, expectError } from 'plexus/testing';
import NoParties from './no-parties.ts';

describe('NoParties, as a whole', () => {
  it('decides as it did when this was written', async () => {
    const server = await boot({ modules: [{ module: NoParties, name: 'covered', config: { host: '@gatsby:localhost' } }] });
    const daisy = await server.user('daisy');
    const room = await daisy.createRoom({ name: 'East Egg' });
    await daisy.upload('an invitation');
    await expectError(daisy.send(room, 'party tonight'), 403);
    await expectError(daisy.send(room, 'after-party'), 403);
    expect(decisionText(server.decisions)).to.equal(`\
refused covered check_event_for_spam @daisy:localhost send-event !1 $1 m.room.message: M_FORBIDDEN No parties here
refused covered check_event_for_spam @daisy:localhost send-event !1 $2 m.room.message: M_FORBIDDEN No parties here`);
    await server.close();
  });

  it('has no callback that no test has called', () => {
    const never = callbackCoverage().filter(({ module, calls }) => module === 'covered' && calls === 0);
    expect(never, coverageSummary()).to.deep.equal([]);
  });
});
