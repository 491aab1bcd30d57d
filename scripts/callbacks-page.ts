import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = join(resolve(import.meta.dirname, '../..'), 'src/modules/callback-types');

/** What the comment of one callback says. */
interface Entry {
  readonly name: string;
  /** As it is written in the types: arguments and answer. */
  readonly signature: string;
  readonly text: string;
  readonly tags: readonly (readonly [tag: string, text: string])[];
}

interface Group {
  /** By which its callbacks are registered. */
  readonly method: string;
  /** What else the comment of the interface says. */
  readonly text: string;
  readonly entries: readonly Entry[];
}

/** In which words the page gives each tag, in this order; `param` has a list of its own. */
const TITLES: Readonly<Record<string, string>> = {
  deprecated: 'Deprecated',
  returns: 'Answer',
  asked: 'Asked',
  exempt: 'Exempt',
  refused: 'The client sees',
  synapse: 'Synapse',
};

const INTERFACE = /\/\*\* `(?<method>register\w+)`\. (?<text>[^]*?)\s*\*\/\nexport interface \w+ \{\n(?<body>[^]*?)\n\}\n/g;
const MEMBER = / {2}\/\*\*(?<comment>[^]*?)\*\/\n {2}(?<name>\w+)\??(?<signature>[^]*?);\n/g;

/** The page of the author's guide that lists every callback, made of the types and their comments. */
export function callbacksPage(): string {
  const groups = readdirSync(folder)
    .toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))
    .flatMap((file) => groupsOf(readFileSync(join(folder, file), 'utf8')));
  return `${INTRODUCTION}\n${groups.map(contents).join('\n')}\n\n${groups.map(section).join('\n')}`;
}

const ORDER = [
  'values.ts',
  'spam-checker.ts',
  'third-party-rules.ts',
  'accounts.ts',
  'presence-router.ts',
  'resources.ts',
  'background-updates.ts',
  'user-data.ts',
  'media-storage.ts',
];

const INTRODUCTION = `# Callbacks

Made from the types in \`src/modules/callback-types\` by \`node build/scripts/generate-callbacks.js\`: what your editor shows is the same. What answers mean in general, in
which order modules are asked and what they are handed stands in [Answers](answers.md), and which operation asks which callback in
[the list of gates](../generated/gates.md). Of each callback this page tells

- its arguments and its answer;
- when it is **asked**;
- who and what is **exempt**: not asked about. *Nobody* means just that: neither administrators nor modules;
- what **the client sees** that is refused, where the answer has no code of its own;
- how **Synapse** differs, for those who bring a module along.
`;

function groupsOf(source: string): Group[] {
  return [...source.matchAll(INTERFACE)].map(({ groups }) => ({
    method: groups?.['method'] ?? '',
    text: words(groups?.['text'] ?? ''),
    entries: [...`${groups?.['body'] ?? ''}\n`.matchAll(MEMBER)].map((member) => entryOf(member.groups ?? {})),
  }));
}

function entryOf({ name = '', signature = '', comment = '' }: Readonly<Record<string, string | undefined>>): Entry {
  const [text = '', ...tags] = words(comment).split(/(?:^| )@(?=\w+ )/);
  return {
    name,
    signature: signature.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(', )', ')').trim(),
    text,
    tags: tags.map((tag) => [tag.split(' ', 1)[0] ?? '', tag.slice(tag.indexOf(' ') + 1)]),
  };
}

/** A comment without its stars. */
const words = (comment: string): string =>
  comment
    .replaceAll(/\n\s*\*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

const contents = ({ method, entries }: Group): string =>
  `- [\`${method}\`](#${method.toLowerCase()}): ${entries.map(({ name }) => `[${name}](#${name})`).join(', ')}`;

const section = ({ method, text, entries }: Group): string => `## \`${method}\`\n\n${text}\n\n${entries.map(paragraph).join('\n')}`;

function paragraph({ name, signature, text, tags }: Entry): string {
  const said = (wanted: string): readonly string[] => tags.filter(([tag]) => tag === wanted).map(([, what]) => what);
  const lines = [
    '- Arguments:',
    ...said('param').map(argument),
    ...Object.entries(TITLES).flatMap(([tag, title]) => said(tag).map((what) => `- ${title}: ${what}`)),
  ];
  return `### \`${name}\`\n\n\`\`\`\n${name}${signature}\n\`\`\`\n\n${text}\n\n${lines.join('\n')}\n`;
}

function argument(said: string): string {
  const [name = '', ...rest] = said.split(' ');
  return `  - \`${name}\`: ${rest.join(' ')}`;
}
