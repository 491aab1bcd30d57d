import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Response as Reply } from 'undici';
import { Outgoing } from '../../src/engine/outgoing.ts';
import { boot } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { S3Server } from '../support/s3-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { entry, load } from '../unit/modules/modules-under-test.ts';

const MODULE = 'plexus:s3-media-storage';
const KEY_OF_HELLO = '2c/f2/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** Waits for what another process does. */
async function until(isSo: () => boolean): Promise<void> {
  for (let trial = 0; !isSo(); trial++) {
    if (trial > 4_000) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe(`${MODULE}, as it is started`, () => {
  let storage: S3Server;
  let running: ServerProcess | undefined;
  beforeEach(async () => {
    storage = await S3Server.open();
  });
  afterEach(async () => {
    await running?.kill();
    await storage.close();
  });

  it('copies what was acknowledged, also when the server is killed in between', async function () {
    this.timeout(60_000);
    const modules = JSON.stringify([{ module: MODULE, config: storage.config({ timeout: '60s' }) }]);
    const more = `modules: ${modules}\noutgoing: { allow_addresses: [127.0.0.1] }`;
    const folder = mkdtempSync(join(tmpdir(), 'plexus-s3-killed-'));
    storage.mode = 'hanging';
    const first = (running = await ServerProcess.start(folder, more));
    const body = { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } };
    const session = (await requestJson(first.url, 'POST', '/_matrix/client/v3/register', body)) as { access_token: string };
    const upload = await fetch(`${first.url}/_matrix/media/v3/upload`, {
      method: 'POST',
      body: 'hello',
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect(upload.status).to.equal(200);
    await until(() => storage.requests.some((request) => request.endsWith(KEY_OF_HELLO)));
    await first.kill();
    storage.mode = 'up';
    const second = (running = await ServerProcess.start(folder, more));
    await until(() => storage.keys().length > 0);
    await second.stop();
    expect(storage.keys()).to.deep.equal([KEY_OF_HELLO]);
    rmSync(folder, { recursive: true });
  });

  describe('says at the start', () => {
    const said = async (config: Json, fetchInstead?: Outgoing['fetch']): Promise<readonly [string, string]> => {
      const outgoing = new Outgoing({ extra_ca: [], allow_addresses: ['127.0.0.1'] });
      const loaded = await load(
        [entry({ module: MODULE, config: storage.config(config) })],
        '/nowhere',
        fetchInstead ?? ((url, init) => outgoing.fetch(url, init)),
      );
      await loaded.modules.idle();
      await loaded.modules.dispose();
      await outgoing.close();
      const [level = '', , text = ''] = loaded.lines[0] ?? [];
      return [level, text.replace('MEDIA CANNOT BE KEPT IN THE BUCKET, OR IT CANNOT BE CHECKED (see s3-media-storage in the configuration): ', '')];
    };

    it('that all is right', async () => {
      expect(await said({})).to.deep.equal(['info', 'the bucket for media is there, and files can be stored, read and deleted in it']);
      expect(storage.keys()).to.deep.equal([]);
    });

    const problems: readonly (readonly [what: string, config: Json, text: string])[] = [
      ['bucket', { bucket: 'another' }, 'answered 404 NoSuchBucket The specified bucket does not exist (there is no such bucket)'],
      ['key', { access_key_id: 'wrong' }, '(access_key_id is not known there)'],
      ['secret', { secret_access_key: 'wrong' }, '(secret_access_key is not the right one, or something on the way changes requests)'],
      ['address', { endpoint: 'http://127.0.0.1:2' }, 'GET plexus-check-that-is-not-there failed: connect ECONNREFUSED'],
      ['address that it may not ask', { endpoint: 'http://10.0.0.1' }, '10.0.0.1 is a private address (see outgoing.allow_addresses)'],
    ];
    for (const [what, config, text] of problems) {
      it(`that the ${what} is wrong`, async () => {
        const [level, line] = await said(config);
        expect([level, line.includes(text)], line).to.deep.equal(['error', true]);
      });
    }

    it('that the bucket is in another region', async () => {
      const answer = '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>';
      const [, line] = await said({}, () => Promise.resolve(new Reply(answer, { status: 400 })));
      expect(line).to.contain('(the bucket is elsewhere: region eu-west-3)');
    });

    const places: readonly (readonly [config: Json, url: string])[] = [
      [{ endpoint: undefined, region: 'eu-central-1' }, 'https://media.s3.eu-central-1.amazonaws.com/'],
      [{ endpoint: undefined, path_style: true }, 'https://s3.us-east-1.amazonaws.com/media/'],
      [{ endpoint: 'https://s3.example.org:9000' }, 'https://s3.example.org:9000/media/'],
      [{ endpoint: 'https://s3.example.org/', path_style: false, prefix: 'a/b/' }, 'https://media.s3.example.org/a/b/'],
    ];
    for (const [config, url] of places) {
      it(`what is at ${url}`, async () => {
        const asked: string[] = [];
        await said(config, (target) => {
          asked.push(String(target));
          return Promise.reject(new Error('not asked'));
        });
        expect(asked[0]).to.equal(`${url}plexus-check-that-is-not-there`);
      });
    }
  });

  const mistakes: readonly (readonly [config: Json, text: string])[] = [
    [{ bucket: 'no bucket' }, 'config.bucket'],
    [{ bucket: undefined }, 'bucket'],
    [{ bucket: 'dotted.bucket', endpoint: undefined }, 'it needs path_style: true'],
    [{ endpoint: 's3.example.org' }, 'must be an address as in https://s3.example.org'],
    [{ endpoint: 'https://user:pass@s3.example.org' }, 'config.endpoint'],
    [{ prefix: '../other' }, 'must be a folder'],
    [{ secret_access_key: undefined }, 'config.secret_access_key'],
    [{ secret_access_key_file: '/nowhere/secret' }, 'cannot stand beside secret_access_key'],
    [{ secret_access_key: undefined, secret_access_key_file: '/nowhere/secret' }, 'cannot be read'],
    [{ server_side_encryption: 'AES256', kms_key_id: 'key' }, 'needs server_side_encryption: aws:kms'],
    [{ timeout: 'soon' }, 'config.timeout'],
    [{ regoin: 'eu' }, 'regoin'],
  ];
  for (const [config, text] of mistakes) {
    it(`refuses ${inspect(config, { breakLength: Infinity })}`, async () => {
      const error = await boot({ modules: [{ module: MODULE, config: storage.config(config) }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(text);
    });
  }
});
