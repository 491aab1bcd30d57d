import { expect } from 'chai';
import { parse } from 'yaml';
import { editedTexts, type EntryEdit } from '../../../src/config/editing/module-edits.ts';

const entriesOf = (text: string): readonly Record<string, unknown>[] => (parse(text) as { modules?: Record<string, unknown>[] }).modules ?? [];
/** The best text that comes of an edit. */
const edited = (text: string, edit: EntryEdit): string => editedTexts(text, entriesOf(text), edit).next().value ?? '';

const FILE = `# My server
server_name:   example.org     # never to change

modules:   # asked in this order
  # Spam first.
  - module: plexus:spam-filter   # ours
    config:
      # Few links are enough.
      links: { max: 3 }
      key: '\${SECRET}'   # from the environment
    timeout: 2s

  # Then the house rules.
  - module: ./rules.js
    name: rules
# The end of the modules.

log:    { level: info }
`;

describe('editing the modules in the text of a configuration file', () => {
  it('changes one value and leaves every other character as it is', () => {
    const text = edited(FILE, { kind: 'set', index: 0, settings: { config: { links: { max: 5 }, key: '${SECRET}' } } });
    expect(text).to.equal(FILE.replace('max: 3', 'max: 5').replace('filter   # ours', 'filter # ours').replace("}'   # from", "}' # from"));
  });

  it('adds a key to an item', () => {
    expect(edited(FILE, { kind: 'set', index: 1, settings: { mode: 'shadow' } })).to.equal(
      FILE.replace('name: rules\n', 'name: rules\n    mode: shadow\n'),
    );
  });

  it('writes texts that look like references to the environment so that they are none', () => {
    const text = edited(FILE, { kind: 'set', index: 1, settings: { config: { greeting: 'Hello ${name}', list: ['${a}'] } } });
    expect(text).to.contain('greeting: Hello $${name}').and.contain('- $${a}');
  });

  it('adds an item behind the last one', () => {
    const text = edited(FILE, { kind: 'add', entry: { module: 'plexus:demo', config: { blocked: ['@a:b'] } } });
    expect(text).to.contain('    name: rules\n').and.contain('  - module: plexus:demo\n    config:\n      blocked:\n        - "@a:b"\n');
    expect(entriesOf(text).map(({ module }) => module)).to.deep.equal(['plexus:spam-filter', './rules.js', 'plexus:demo']);
    for (const line of FILE.split('\n')) expect(text.split('\n')).to.include(line);
  });

  it('removes an item, and what is said of the others stays', () => {
    const text = edited(FILE, { kind: 'remove', index: 0 });
    expect(entriesOf(text)).to.deep.equal([{ module: './rules.js', name: 'rules' }]);
    expect(text).to.contain('# My server').and.contain('# Then the house rules.').and.contain('log:    { level: info }');
  });

  for (const [what, before] of Object.entries({
    'has no list': 'server_name: a\n',
    'has an empty list': 'server_name: a\nmodules: []\nlog:\n  level: info\n',
    'has nothing behind the key': 'server_name: a\nmodules:\nlog:\n  level: info\n',
    'is one mapping on one line': '{ server_name: a, modules: [] }\n',
    'has its list at the margin': 'modules:\n- module: x\nserver_name: a\n',
    'does not end with a line': 'modules:\n  - module: x',
    'is JSON': '{\n  "server_name": "a",\n  "modules": [{ "module": "x" }]\n}\n',
  })) {
    it(`adds an item where the file ${what}`, () => {
      const text = edited(before, { kind: 'add', entry: { module: 'plexus:demo' } });
      const { modules: _modules, ...others } = parse(before) as Record<string, unknown>;
      expect(parse(text)).to.deep.equal({ ...others, modules: [...entriesOf(before), { module: 'plexus:demo' }] });
    });
  }

  it('keeps the notes of items of a list that stay', () => {
    const before = 'modules:\n  - module: x\n    config:\n      blocked:\n        - one # because\n        - two\n';
    const text = edited(before, { kind: 'set', index: 0, settings: { config: { blocked: ['zero', 'one'] } } });
    expect(text).to.equal('modules:\n  - module: x\n    config:\n      blocked:\n        - zero\n        - one # because\n');
  });
});
