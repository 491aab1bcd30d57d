import { expect } from 'chai';
import { requestAuthorization, type RequestToSign } from '../../../../src/core/federation/request-authorization.ts';
import type { ServerName } from '../../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../../src/core/json.ts';
import { createSigningKey, generateSeed, verifyJson } from '../../../../src/core/signatures.ts';

const key = createSigningKey('ed25519:a', generateSeed());
const request: RequestToSign = {
  method: 'POST',
  uri: '/_matrix/some/path?a=b',
  origin: 'origin.example.org:8448' as ServerName,
  destination: 'destination.example.org' as ServerName,
  content: undefined,
};

/** Checks the header by itself, as the receiving server does. */
function isValid(header: string, signed: JsonObject): boolean {
  const [, origin = '', destination, keyId = '', sig = ''] =
    /^X-Matrix origin="([^"]+)",destination="([^"]+)",key="([^"]+)",sig="([^"]+)"$/.exec(header) ?? [];
  expect([origin, destination, keyId]).to.deep.equal([request.origin, request.destination, key.keyId]);
  return verifyJson({ ...signed, signatures: { [origin]: { [keyId]: sig } } }, origin, keyId, key.publicKey, 'lax');
}

describe('how servers prove who asks', () => {
  it('signs method, address, both servers and the body', () => {
    const { method, uri, origin, destination } = request;
    const content = { b: [1.5, '€'], a: { nested: null } };
    const header = requestAuthorization({ ...request, content }, key);
    const signed = { method, uri, origin, destination, content };
    expect(isValid(header, signed)).to.equal(true);
    const changes: readonly JsonObject[] = [{ method: 'PUT' }, { uri: '/' }, { destination: 'other.example.org' }, { content: {} }];
    for (const change of changes) expect(isValid(header, { ...signed, ...change }), JSON.stringify(change)).to.equal(false);
  });

  it('signs no body where there is none', () => {
    const { method, uri, origin, destination } = request;
    expect(isValid(requestAuthorization(request, key), { method, uri, origin, destination })).to.equal(true);
  });
});
