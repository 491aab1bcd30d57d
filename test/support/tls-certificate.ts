import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for 127.0.0.1, localhost and matrix.test that signs itself, good for a hundred years. Its key protects nothing. */
export const TLS_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBrjCCAVSgAwIBAgIUWg49x5iJhY1CHbjiSCwt5u66T9gwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMUGxleHVzIHRlc3RzMCAXDTI2MTEzMDAwMzEyMloYDzIxMjYx
MTA2MDAzMTIyWjAXMRUwEwYDVQQDDAxQbGV4dXMgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAT7ycSlTlJvcSQ9tSPyaad54zZEtn4JJNMpxUxayT/ZeM4r
XczdGhBJf+KG7g83iQbYLOWgnaIrOFprcz993WVQo3wwejAdBgNVHQ4EFgQU89Lq
3XPkwx9yrWDUI30R49JbcN0wHwYDVR0jBBgwFoAU89Lq3XPkwx9yrWDUI30R49Jb
cN0wDwYDVR0TAQH/BAUwAwEB/zAnBgNVHREEIDAehwR/AAABgglsb2NhbGhvc3SC
C21hdHJpeC50ZXN0MAoGCCqGSM49BAMCA0gAMEUCIDAAGlF4bwSJSUSprvUYE1oR
2u7Z4WmgNGrf9Y6hWUhuAiEAhC2pwcpJCch4FTfgP1/mFEe7rgyQH1HWy9QYFzii
46w=
-----END CERTIFICATE-----
`;

export const TLS_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLU4M05M6km2vlmkt
yPT/b5BK8u3pG2FC9waqz/uhhvahRANCAAT7ycSlTlJvcSQ9tSPyaad54zZEtn4J
JNMpxUxayT/ZeM4rXczdGhBJf+KG7g83iQbYLOWgnaIrOFprcz993WVQ
-----END PRIVATE KEY-----
`;

/** The certificate as a file, for `outgoing.extra_ca`. */
export function certificateFile(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-ca-'));
  const path = join(folder, 'ca.pem');
  writeFileSync(path, TLS_CERTIFICATE);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
