import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withApi } from './with-api.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TESTS = join(ROOT, 'test/modules');

/** The cells of the rows of all tables, with the number of cells in each. */
const rows = readFileSync(join(ROOT, 'docs/modules/module-api.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | ?\|$/g, '').trim()));
const nameIn = (cell = ''): string | undefined => /^`(\w+)`$/.exec(cell)?.[1];
const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const beside = rows.filter((cells) => cells.length === 3);
const own = rows.filter((cells) => cells.length === 2).map(([member]) => nameIn(member));

describe('docs/modules/module-api.md', () => {
  let members: readonly string[];
  before(async () => {
    const { server, api } = await withApi();
    members = Object.keys(api);
    await server.close();
  });

  it('has every member of the API, and no other', () => {
    const listed = [...beside.map(([, here]) => nameIn(here)), ...own].filter((name) => name !== undefined);
    expect(listed.toSorted()).to.deep.equal(members.toSorted());
  });

  it('names each as Synapse does, in camelCase, or says why it has no meaning here', () => {
    for (const [synapse, here, remark] of beside) {
      const name = nameIn(here);
      if (name === undefined) expect(remark, synapse).to.have.length.greaterThan(5);
      else expect(name).to.equal(camelCase(nameIn(synapse) ?? ''));
    }
  });

  it('has nothing that no test names', () => {
    const tests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(TESTS, file), 'utf8'))
      .join('\n');
    const untested = members.filter((name) => !new RegExp(`\\.${name}\\b`).test(tests));
    expect(untested).to.deep.equal([]);
  });
});
