import { expect } from 'chai';
import { defaultConfig } from '../../../src/config/config.ts';
import type { ConfigurationError } from '../../../src/config/configuration-error.ts';

const problemsOf = (turn: object): unknown => {
  try {
    return defaultConfig({ turn });
  } catch (error) {
    return (error as ConfigurationError).message;
  }
};

describe('the configuration of TURN', () => {
  it('wants what makes its addresses usable', () => {
    expect(problemsOf({ uris: ['turn:x'] })).to.contain('needs a shared_secret, or a username and a password');
    expect(problemsOf({ uris: ['turn:x'], username: 'only' })).to.contain('needs a shared_secret');
    expect(problemsOf({ uris: ['https://x'] })).to.contain('must be the address of a TURN server');
    expect(problemsOf({ uris: ['turn:x'], shared_secret: 'secret' })).to.have.nested.property('turn.user_lifetime', 3_600_000);
  });
});
