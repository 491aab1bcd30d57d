import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from 'plexus/testing';
import SecondFolder from './second-folder.ts';

// The hash of "hello".
const KEY = '2c/f2/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('SecondFolder', () => {
  it('has what was uploaded, and gives it back when the first one has lost it', async () => {
    const [first, second] = ['first-', 'second-'].map((name) => mkdtempSync(join(tmpdir(), name)));
    const server = await boot({ database: join(String(first), 'plexus.db'), modules: [{ module: SecondFolder, config: { folder: second } }] });
    const alice = await server.user('alice');
    const file = await alice.upload('hello');
    await server.idle();
    expect(readFileSync(join(String(second), KEY), 'utf8')).to.equal('hello');
    rmSync(join(String(first), 'media/files'), { recursive: true });
    expect(Buffer.from((await alice.download(file)).content).toString()).to.equal('hello');
    await server.close();
    for (const folder of [first, second]) rmSync(String(folder), { recursive: true });
  });
});
