import { expect } from 'chai';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boot, expectError } from 'plexus/testing';
import shortMessages from './short-messages.ts';

const sources = resolve(import.meta.dirname, '../../../../test/modules/examples');
const text = (name: string): string => readFileSync(join(sources, name), 'utf8');

describe('short-messages', () => {
  it('keeps messages short, but not those of all', async () => {
    const server = await boot({ modules: [{ module: shortMessages, config: { max: '10B', except: ['@poet-*:localhost'] } }] });
    const [alice, poet] = [await server.user('alice'), await server.user('poet-laureate')];
    const [room, other] = [await alice.createRoom(), await poet.createRoom()];
    await alice.send(room, 'short');
    const refused = await expectError(alice.send(room, 'not so short'), 403, 'M_FORBIDDEN');
    expect(refused.body['error']).to.equal('At most 10 bytes, please');
    await poet.send(other, 'In Xanadu did Kubla Khan');
    await server.close();
  });
  it('says what is wrong with its configuration, and where', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-example-'));
    copyFileSync(join(sources, 'short-messages.ts'), join(folder, 'short-messages.ts'));
    const problem = async (configuration: string): Promise<string> => {
      const configFile = join(folder, 'config.yaml');
      writeFileSync(configFile, `server_name: example.org\n${configuration}`);
      const error: unknown = await boot({ configFile }).catch((reason: unknown) => reason);
      return `${(error as Error).message.replaceAll(`${folder}/`, '')}\n`;
    };
    const configuration = text('short-messages.yaml');
    expect(await problem(configuration)).to.equal(text('short-messages-problems.txt'));
    expect(await problem(configuration.replace('exept', 'except'))).to.equal(text('short-messages-size.txt'));
    rmSync(folder, { recursive: true });
  });
});
