import { expect } from 'chai';
import fc from 'fast-check';
import { signEvent, verifyEvent } from '../../../src/core/event-signatures.ts';
import { contentHash, hasValidContentHash } from '../../../src/core/hashes.ts';
import type { ServerName } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { ROOM_VERSIONS } from '../../../src/core/room-versions.ts';
import { createSigningKey, generateSeed, signJson, verifyJson } from '../../../src/core/signatures.ts';

const V1 = ROOM_VERSIONS.get('1')!;
const DOMAIN = 'domain' as ServerName;
const key = createSigningKey('ed25519:1', Buffer.from('YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1', 'base64'));

const signatureOf = (object: JsonObject): unknown => (object['signatures'] as Record<string, JsonObject>)['domain']!['ed25519:1'];

describe('signatures', () => {
  describe("the specification's test vectors", () => {
    it('signs an empty object', () => {
      expect(signJson({}, 'domain', key)).to.deep.equal({
        signatures: {
          domain: { 'ed25519:1': 'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ' },
        },
      });
    });

    it('signs an object with values', () => {
      expect(signatureOf(signJson({ one: 1, two: 'Two' }, 'domain', key))).to.equal(
        'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw',
      );
    });

    const minimal: JsonObject = {
      room_id: '!x:domain',
      sender: '@a:domain',
      origin: 'domain',
      origin_server_ts: 1000000,
      signatures: {},
      hashes: {},
      type: 'X',
      content: {},
      prev_events: [],
      auth_events: [],
      depth: 3,
      unsigned: { age_ts: 1000000 },
    };
    const redactable: JsonObject = {
      content: { body: 'Here is the message content' },
      event_id: '$0:domain',
      origin: 'domain',
      origin_server_ts: 1000000,
      type: 'm.room.message',
      room_id: '!r:domain',
      sender: '@u:domain',
      signatures: {},
      unsigned: { age_ts: 1000000 },
    };
    const events: [string, JsonObject, hash: string, signature: string][] = [
      [
        'a minimal event',
        minimal,
        '5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos',
        'KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg',
      ],
      [
        'an event with redactable content',
        redactable,
        'onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g',
        'Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA',
      ],
    ];
    for (const [name, pdu, hash, signature] of events) {
      it(`hashes and signs ${name}`, () => {
        const hashed = { ...pdu, hashes: { sha256: contentHash(pdu, V1) } };
        const signed = signEvent(hashed, V1, DOMAIN, key);
        expect(hashed.hashes.sha256).to.equal(hash);
        expect(signatureOf(signed)).to.equal(signature);
        expect(signed['unsigned']).to.deep.equal({ age_ts: 1000000 });
        expect(hasValidContentHash(signed, V1)).to.equal(true);
        expect(verifyEvent(signed, V1, DOMAIN, 'ed25519:1', key.publicKey)).to.equal(true);
      });
    }
  });

  it('keeps other signatures and covers neither them nor unsigned', () => {
    const other = createSigningKey('ed25519:b', generateSeed());
    const twice = signJson(signJson({ a: 1, unsigned: { age: 1 } }, 'domain', key), 'other', other);
    const aged = { ...twice, unsigned: { age: 2 } };
    expect(verifyJson(aged, 'domain', 'ed25519:1', key.publicKey)).to.equal(true);
    expect(verifyJson(aged, 'other', 'ed25519:b', other.publicKey)).to.equal(true);
  });

  it('accepts padded and URL-safe base64 in keys', () => {
    const signed = signJson({ a: 1 }, 'domain', key);
    const bytes = Buffer.from(key.publicKey, 'base64');
    expect(verifyJson(signed, 'domain', 'ed25519:1', bytes.toString('base64'))).to.equal(true);
    expect(verifyJson(signed, 'domain', 'ed25519:1', bytes.toString('base64url'))).to.equal(true);
  });

  const signed = signJson({ a: 1 }, 'domain', key);
  const stranger = createSigningKey('ed25519:1', generateSeed());
  const forged: [string, JsonObject, name: string, keyId: string, publicKey: string][] = [
    ['a changed object', { ...signed, a: 2 }, 'domain', 'ed25519:1', key.publicKey],
    ['an added key', { ...signed, b: 2 }, 'domain', 'ed25519:1', key.publicKey],
    ["another server's name", signed, 'elsewhere', 'ed25519:1', key.publicKey],
    ['another key id', signed, 'domain', 'ed25519:2', key.publicKey],
    ['another key', signed, 'domain', 'ed25519:1', stranger.publicKey],
    ['a key that is not base64', signed, 'domain', 'ed25519:1', '*'],
    ['a key that is too short', signed, 'domain', 'ed25519:1', 'AAAA'],
    ['no signatures', { a: 1 }, 'domain', 'ed25519:1', key.publicKey],
    ['a signature of the wrong type', { a: 1, signatures: { domain: { 'ed25519:1': 1 } } }, 'domain', 'ed25519:1', key.publicKey],
    ['a signature that is too short', { a: 1, signatures: { domain: { 'ed25519:1': 'AAAA' } } }, 'domain', 'ed25519:1', key.publicKey],
    ['a name from the prototype', { a: 1, signatures: {} }, 'constructor', 'name', key.publicKey],
  ];
  for (const [name, object, server, keyId, publicKey] of forged) {
    it(`refuses ${name}`, () => expect(verifyJson(object, server, keyId, publicKey)).to.equal(false));
  }

  it('makes keys of 32 bytes with an ed25519 id only', () => {
    expect(() => createSigningKey('ed25519:1', Buffer.alloc(31))).to.throw(RangeError, '32 bytes');
    expect(() => createSigningKey('rsa:1', generateSeed())).to.throw(RangeError, 'signing key id');
  });

  it('verifies what any key signed', () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seeds, fc.dictionary(fc.string(), fc.maxSafeInteger()), (seed, object) => {
        const any = createSigningKey('ed25519:any', Buffer.from(seed));
        const { signatures: _signatures, unsigned: _unsigned, ...plain } = object;
        return verifyJson(signJson(plain, 'a.example', any), 'a.example', 'ed25519:any', any.publicKey);
      }),
      { numRuns: 30 },
    );
  });
});
