import { expect } from 'chai';
import { isEventSignedBy } from '../../../src/core/event-signature.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { redact } from '../../../src/core/redaction.ts';
import { roomVersion, type RoomVersion } from '../../../src/core/room-versions.ts';
import { createSigningKey, generateSeed, signJson } from '../../../src/core/signatures.ts';

const key = createSigningKey('ed25519:policy_server', generateSeed());
const by = { serverName: 'a.org', keyId: key.keyId, publicKey: key.publicKey };
const event: JsonObject = { type: 'm.room.message', sender: '@a:a.org', room_id: '!r', content: { body: 'x' }, hashes: { sha256: 'YQ' }, depth: 3 };

describe('the signature of an event', () => {
  const signed = (version: string, object = event): JsonObject => {
    const { signatures } = signJson(redact(object, roomVersion(version) as RoomVersion), by.serverName, key);
    return { ...object, signatures: signatures as JsonObject };
  };

  it('covers what a redaction leaves, by the rules of the room', () => {
    for (const version of ['1', '6', '11', '12']) {
      expect(isEventSignedBy(signed(version), version, by), version).to.equal(true);
      expect(isEventSignedBy({ ...signed(version), content: { body: 'y' } }, version, by), version).to.equal(true);
      expect(isEventSignedBy({ ...signed(version), hashes: { sha256: 'Yg' } }, version, by), version).to.equal(false);
    }
  });

  it('is of one server and one key', () => {
    const other = createSigningKey(key.keyId, generateSeed());
    expect(isEventSignedBy(event, '12', by)).to.equal(false);
    expect(isEventSignedBy(signed('12'), '12', { ...by, serverName: 'b.org' })).to.equal(false);
    expect(isEventSignedBy(signed('12'), '12', { ...by, keyId: 'ed25519:other' })).to.equal(false);
    expect(isEventSignedBy(signed('12'), '12', { ...by, publicKey: other.publicKey })).to.equal(false);
    expect(isEventSignedBy(signed('12'), '12', { ...by, publicKey: 'no key' })).to.equal(false);
    expect(isEventSignedBy(signed('12'), 'unknown', by)).to.equal(false);
  });
});
