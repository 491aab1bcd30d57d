import { expect } from 'chai';
import { registrationMac } from '../../../src/core/registration-mac.ts';

// The expected values were computed with Python's hmac module.
describe('registrationMac', () => {
  const account = { nonce: 'thisisanonce', username: 'pepper_roni', password: 'pizza' };
  it('is the HMAC-SHA1 over the fields between zero bytes', () => {
    expect(registrationMac('shared', { ...account, admin: true })).to.equal('4baca023abe6314415efbd20fe2e85ce78c5a2e8');
    expect(registrationMac('shared', { ...account, admin: false })).to.equal('bb0bc14fb0c87678687927d9f15895a0a8b34d37');
  });
  it('covers the type of user, and text as UTF-8', () => {
    const mac = registrationMac('shared', { nonce: 'n', username: 'bot', password: 'pässword', admin: false, userType: 'bot' });
    expect(mac).to.equal('462b9b81342ef75501ffa6c209486fde77feb233');
  });
});
