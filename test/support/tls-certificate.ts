import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for 127.0.0.1 and localhost that signs itself, good for a hundred years. Its key protects nothing. */
export const TLS_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUDy+1bUX//0PK8kNFrHSS/YgvmPcwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMUGxleHVzIHRlc3RzMCAXDTI2MTEyNDA5MjQ1MVoYDzIxMjYx
MDMxMDkyNDUxWjAXMRUwEwYDVQQDDAxQbGV4dXMgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATZYuOojktnesoJChO2rAtusOaIWsWcWKZvYd4i0iBuO4gp
mCdzSjFPBO9C9gz0UG3/UXPwRvbkNcRt0Seiypkxo28wbTAdBgNVHQ4EFgQUVnnx
Oc2zweF6wrzzK+/SgPyrfr0wHwYDVR0jBBgwFoAUVnnxOc2zweF6wrzzK+/SgPyr
fr0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgGbNWzPd6SLSkX7l5KQUeYjB94Yv39Bu8RFqq19QJ
3aQCIQDs1nsXxLQBNvuy2ifrW3snHQNoDFVHvAn3GRPpOgv8AQ==
-----END CERTIFICATE-----
`;

export const TLS_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3T16omOOKTW5oe9z
oZ0WRWVko71ZMdbm0g5ZsOpsdpehRANCAATZYuOojktnesoJChO2rAtusOaIWsWc
WKZvYd4i0iBuO4gpmCdzSjFPBO9C9gz0UG3/UXPwRvbkNcRt0Seiypkx
-----END PRIVATE KEY-----
`;

/** The certificate as a file, for `outgoing.extra_ca`. */
export function certificateFile(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-ca-'));
  const path = join(folder, 'ca.pem');
  writeFileSync(path, TLS_CERTIFICATE);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
