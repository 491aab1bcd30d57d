import { expect } from 'chai';
import { requestAuthorization, type RequestToSign } from '../../../../src/core/federation/request-authorization.ts';
import type { ServerName } from '../../../../src/core/identifiers.ts';
import { createSigningKey, generateSeed } from '../../../../src/core/signatures.ts';
import { isSigned, type ArrivedRequest } from '../../../support/signed-request.ts';

const key = createSigningKey('ed25519:a', generateSeed());
const request: RequestToSign = {
  method: 'POST',
  uri: '/_matrix/some/path?a=b',
  origin: 'origin.example.org:8448' as ServerName,
  destination: 'destination.example.org' as ServerName,
  content: { b: [1.5, '€'], a: { nested: null } },
};

describe('how servers prove who asks', () => {
  const arrived = (signed: RequestToSign, changes: Partial<ArrivedRequest> = {}): boolean => {
    const { method, uri, content } = signed;
    const authorization = requestAuthorization(signed, key);
    return isSigned({ method, uri, content, authorization, ...changes }, request, { [key.keyId]: key.publicKey });
  };

  it('signs method, address, both servers and the body', () => {
    expect(arrived(request)).to.equal(true);
    const changes: readonly Partial<ArrivedRequest>[] = [{ method: 'PUT' }, { uri: '/' }, { content: {} }, { content: undefined }];
    for (const change of changes) expect(arrived(request, change), JSON.stringify(change)).to.equal(false);
    expect(arrived({ ...request, destination: 'other.example.org' as ServerName })).to.equal(false);
  });

  it('signs no body where there is none', () => {
    expect(arrived({ ...request, content: undefined })).to.equal(true);
    expect(arrived({ ...request, content: undefined }, { content: {} })).to.equal(false);
  });
});
