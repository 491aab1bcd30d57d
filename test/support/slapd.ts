import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { TLS_CERTIFICATE, TLS_KEY } from './tls-certificate.ts';

/** A directory that runs. */
export interface Slapd {
  readonly url: string;
  /** The same with TLS from the beginning. */
  readonly secureUrl: string;
  /** The certificate by which it is known, as a file. */
  readonly certificate: string;
  stop(): Promise<void>;
}

const SLAPD = '/usr/sbin/slapd';
const SCHEMA = '/etc/ldap/schema';

/** Whether OpenLDAP's server is on this machine, as on Debian with the package slapd. */
export const hasSlapd = (): boolean => spawnSync(SLAPD, ['-VV']).error === undefined;

/** Starts OpenLDAP's server. @param entries LDIF */
export async function startSlapd(entries: string): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-slapd-'));
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('database'));
  writeFileSync(at('tls.crt'), TLS_CERTIFICATE);
  writeFileSync(at('tls.key'), TLS_KEY);
  writeFileSync(at('entries.ldif'), entries);
  writeFileSync(
    at('slapd.conf'),
    `${['core', 'cosine', 'inetorgperson'].map((name) => `include ${SCHEMA}/${name}.schema`).join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${at('tls.crt')}
TLSCertificateKeyFile ${at('tls.key')}
TLSCACertificateFile ${at('tls.crt')}
database mdb
suffix "dc=example,dc=org"
rootdn "cn=admin,dc=example,dc=org"
rootpw admin
directory ${at('database')}
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=hidden,dc=example,dc=org" by self read by dn.base="cn=reader,dc=example,dc=org" read by * none
access to * by * read
`,
  );
  const loaded = spawnSync('/usr/sbin/slapadd', ['-f', at('slapd.conf'), '-l', at('entries.ldif')], { encoding: 'utf8' });
  if (loaded.status !== 0) throw new Error(loaded.stderr);
  const [port, securePort] = [await freePort(), await freePort()];
  const [url, secureUrl] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  const slapd = spawn(SLAPD, ['-f', at('slapd.conf'), '-h', `${url} ${secureUrl}`, '-d', '0'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => slapd.once('exit', () => resolve()));
  await answering(port);
  return {
    url,
    secureUrl,
    certificate: at('tls.crt'),
    async stop() {
      slapd.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('slapd does not answer');
}
