import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import { CALLBACKS } from '../../src/modules/callbacks.ts';
import { compileTypeScript } from '../../src/modules/loading/compile-typescript.ts';
import * as published from '../../src/modules/public.ts';
import { program } from '../../src/server/cli.ts';
import { blocksOf, fencesOf, proseOf } from '../support/blocks-of.ts';
import { brokenLinks, linksOf } from '../support/page-links.ts';
import { wrongWith } from '../support/shell-commands.ts';
import { withApi } from './with-api.ts';
import * as testKit from '../../src/testing/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const examples = join(root, 'test/modules/examples');
/** A line that stands for those which a page leaves out. */
const OMISSION = /^ *\/\/ …\n/m;

const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const pages = readdirSync(join(root, 'docs/modules')).map((name) => ({ name, text: read('docs/modules', name) }));
const readmes = readdirSync(join(root, 'modules')).map((name) => ({ name: `modules/${name}/README.md`, text: read('modules', name, 'README.md') }));

/** The parts of the example files that a page shows. */
const shown = pages.flatMap(({ name, text }) =>
  fencesOf(text).flatMap(({ language, file, text: block }) => {
    if (file !== undefined) return [{ name, file, code: block }];
    if (language !== 'ts') return [];
    const [, first = 'a file that its first line names', code = block] = /^\/\/ ([\w.-]+\.ts)\n(.*)$/s.exec(block) ?? [];
    return [{ name, file: first, code }];
  }),
);

/** Whether a file consists of what a page shows and what it leaves out. */
function isExcerpt(code: string, content: string): boolean {
  const [first = '', ...others] = code.split(OMISSION);
  const last = others.pop() ?? '';
  let end = first.length;
  for (const part of others) {
    const at = `\n${content}`.indexOf(`\n${part}`, end);
    if (at < 0) return false;
    end = at + part.length;
  }
  return content.startsWith(first) && content.endsWith(last) && content.length - last.length >= end;
}

describe('the author’s guide', () => {
  for (const { name, file, code } of shown) {
    it(`${name} shows ${file} as it is compiled and tested`, () => {
      const content = read('test/modules/examples', file);
      if (!OMISSION.test(code)) expect(code).to.equal(content);
      else if (!isExcerpt(code, content)) expect.fail(`${code}\nis no excerpt of\n${content}`);
    });
  }

  it('shows every example', () => {
    const files = readdirSync(examples, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => relative(examples, join(entry.parentPath, entry.name)));
    expect(files.filter((path) => !shown.some(({ file }) => file === path))).to.deep.equal([]);
  });

  for (const { name, text } of [...pages, ...readmes]) {
    for (const [index, block] of blocksOf(text, 'yaml').entries()) {
      it(`${name}: configuration ${index + 1} is one`, () => {
        parseConfig(`server_name: localhost\n${block}`, { env: {} });
      });
    }
  }

  it('writes JSON and JavaScript that can be read', () => {
    for (const { name, text } of pages) {
      for (const block of blocksOf(text, 'json')) expect(() => JSON.parse(block) as unknown, name).not.to.throw();
      for (const block of blocksOf(text, 'js')) expect(() => compileTypeScript(block, name)).not.to.throw();
    }
  });

  it('names commands that there are', () => {
    const scripts = ['package.json', 'templates/module/package.json.template'].flatMap((file) =>
      Object.keys((JSON.parse(read(file)) as { scripts: object }).scripts),
    );
    const known = { plexus: program(), scripts: new Set(scripts) };
    const wrong = [...pages, ...readmes].flatMap(({ name, text }) => {
      const inline = [...proseOf(text).matchAll(/`((?:plexus|npm|npx) [^`\n]+)`/g)].map(([, command = '']) => command);
      const lines = [...blocksOf(text, 'sh').flatMap((block) => block.split('\n')), ...inline];
      return lines.flatMap((line) => {
        const complaint = wrongWith(line, known);
        return complaint === undefined ? [] : [`${name}: ${line}: ${complaint}`];
      });
    });
    expect(wrong).to.deep.equal([]);
  });

  it('has no link that leads nowhere', () => {
    const files = [...pages.map(({ name }) => `docs/modules/${name}`), ...readmes.map(({ name }) => name), 'README.md', 'docs/architecture.md'];
    expect(files.flatMap((file) => brokenLinks(join(root, file), root))).to.deep.equal([]);
  });

  it('can be read from its first page to its last', () => {
    const reached = new Set<string>();
    const follow = (name: string): void => {
      const page = pages.find((each) => each.name === name);
      if (page === undefined || reached.has(name)) return;
      reached.add(name);
      for (const link of linksOf(page.text)) follow(link.replace(/#.*$/, ''));
    };
    follow('README.md');
    expect(pages.map(({ name }) => name).filter((name) => !reached.has(name))).to.deep.equal([]);
  });

  it('speaks of every member of the API where it belongs', async () => {
    const { server, api } = await withApi();
    const guide = pages.flatMap(({ name, text }) => (name === 'module-api.md' ? [] : [text])).join('\n');
    for (const member of Object.keys(api)) expect(guide, member).to.contain(member);
    await server.close();
  });

  it('knows every callback, and everything that is published', () => {
    const guide = pages.map(({ text }) => text).join('\n');
    for (const name of [...Object.keys(CALLBACKS), ...Object.keys(published), ...Object.keys(testKit)]) expect(guide, name).to.contain(name);
  });
});
