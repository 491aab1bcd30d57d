import { expect } from 'chai';
import { nearestName } from '../../../src/core/nearest-name.ts';

describe('nearestName', () => {
  const known = ['server_name', 'listeners', 'log', 'modules', 'user_may_invite', 'user_may_join_room'];
  const cases: [written: string, meant: string | undefined][] = [
    ['sever_name', 'server_name'],
    ['servername', 'server_name'],
    ['Listeners', 'listeners'],
    ['listener', 'listeners'],
    ['lgo', 'log'],
    ['user_may_invites', 'user_may_invite'],
    ['user_may_join', 'user_may_join_room'],
    ['completely_different', undefined],
    ['x', undefined],
    ['', undefined],
  ];
  for (const [written, meant] of cases) {
    it(`takes ${JSON.stringify(written)} for ${meant}`, () => expect(nearestName(written, known)).to.equal(meant));
  }
});
