import { expect } from 'chai';
import type { JsonObject } from '../../../src/core/json.ts';
import { initialStateWith, requestedRoom } from '../../../src/core/requested-room.ts';

const ENCRYPTION = 'm.room.encryption';
const rules = (...all: readonly string[]): JsonObject => ({
  initial_state: all.map((rule) => ({ type: 'm.room.join_rules', content: { join_rule: rule } })),
});

describe('what a createRoom request asks for', () => {
  const ways: readonly [request: JsonObject, visibility: string, joinRule: string, isPublic: boolean][] = [
    [{}, 'private', 'invite', false],
    [{ visibility: 'private' }, 'private', 'invite', false],
    [{ visibility: 'public' }, 'public', 'public', true],
    [{ visibility: 'public', preset: 'private_chat' }, 'public', 'invite', true],
    [{ preset: 'private_chat' }, 'private', 'invite', false],
    [{ preset: 'trusted_private_chat' }, 'private', 'invite', false],
    [{ preset: 'public_chat' }, 'private', 'public', true],
    [{ preset: 'public_chat', visibility: 'private' }, 'private', 'public', true],
    [{ preset: 'public_chat', ...rules('invite') }, 'private', 'invite', false],
    [{ preset: 'private_chat', ...rules('public') }, 'private', 'public', true],
    [rules('public', 'knock'), 'private', 'knock', false],
    [rules('restricted'), 'private', 'restricted', false],
    [{ initial_state: [{ type: 'm.room.join_rules', state_key: 'x', content: { join_rule: 'public' } }] }, 'private', 'invite', false],
    [{ initial_state: 'none', preset: 'no_such', visibility: 7 }, 'private', 'invite', false],
  ];
  for (const [request, visibility, joinRule, isPublic] of ways) {
    it(`${JSON.stringify(request)}: ${isPublic ? 'public' : 'not public'}`, () => {
      expect(requestedRoom(request)).to.include({ visibility, joinRule, isPublic });
    });
  }

  it('knows direct rooms, encrypted ones and spaces', () => {
    expect(requestedRoom({})).to.include({ isDirect: false, isEncrypted: false, roomType: undefined });
    expect(requestedRoom({ is_direct: true, creation_content: { type: 'm.space' } })).to.include({ isDirect: true, roomType: 'm.space' });
    expect(requestedRoom({ is_direct: 'yes' }).isDirect).to.equal(false);
    expect(requestedRoom({ initial_state: [null, { type: ENCRYPTION, content: {} }] }).isEncrypted).to.equal(true);
    expect(requestedRoom({ initial_state: [{ type: ENCRYPTION, state_key: 'x', content: {} }] }).isEncrypted).to.equal(false);
  });

  it('puts other state in the place of what was asked for', () => {
    const topic = { type: 'm.room.topic', content: { topic: 'kept' } };
    const request = { initial_state: [{ type: ENCRYPTION, content: { algorithm: 'other' } }, topic] };
    const content = { algorithm: 'm.megolm.v1.aes-sha2' };
    expect(initialStateWith(request, ENCRYPTION, content)).to.deep.equal([topic, { type: ENCRYPTION, state_key: '', content }]);
    expect(initialStateWith(request, ENCRYPTION, undefined)).to.deep.equal([topic]);
    expect(initialStateWith({}, ENCRYPTION, content)).to.deep.equal([{ type: ENCRYPTION, state_key: '', content }]);
    expect(initialStateWith({ initial_state: 'none' }, ENCRYPTION, content)).to.equal('none');
  });
});
