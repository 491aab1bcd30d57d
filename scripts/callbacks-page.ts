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
  /** The comment of the interface: by which method its callbacks are registered. */
  readonly text: string;
  readonly entries: readonly Entry[];
}

/** In which words the page gives each tag; `param` and `deprecated` are given as they stand. */
const TITLES: Readonly<Record<string, string>> = {
  asked: 'Asked',
  refused: 'Who is refused sees',
  synapse: 'Synapse',
  deprecated: 'Deprecated',
};

const INTERFACE = /\/\*\* (?<text>`register[^]*?)\s*\*\/\nexport interface \w+ \{\n(?<body>[^]*?)\n\}\n/g;
const MEMBER = / {2}\/\*\*(?<comment>[^]*?)\*\/\n {2}(?<name>\w+)\??(?<signature>[^]*?);\n/g;

/** The page of the author's guide that lists every callback, made of the types and their comments. */
export function callbacksPage(): string {
  const groups = readdirSync(folder)
    .toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))
    .flatMap((file) => groupsOf(readFileSync(join(folder, file), 'utf8')));
  return `${INTRODUCTION}\n${groups.map(section).join('\n')}`;
}

const ORDER = ['values.ts', 'spam-checker.ts', 'third-party-rules.ts', 'accounts.ts', 'presence-router.ts', 'resources.ts', 'user-data.ts'];

const INTRODUCTION = `# Every callback

Made from the types in \`src/modules/callback-types\` by \`node build/scripts/generate-callbacks.js\`. What a value means in general stands in
[Writing a module](writing-a-module.md#refusing), what modules are handed in [Callbacks](callbacks.md), and which operation asks which callback in
[the list of gates](../generated/gates.md).
`;

function groupsOf(source: string): Group[] {
  return [...source.matchAll(INTERFACE)].map(({ groups }) => ({
    text: words(groups?.['text'] ?? ''),
    entries: [...`${groups?.['body'] ?? ''}\n`.matchAll(MEMBER)].map((member) => entryOf(member.groups ?? {})),
  }));
}

function entryOf({ name = '', signature = '', comment = '' }: Readonly<Record<string, string | undefined>>): Entry {
  const [text = '', ...tags] = words(comment).split(/(?:^| )@(?=\w+ |deprecated)/);
  return {
    name,
    signature: signature.replaceAll(/\s+/g, ' ').trim(),
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

const section = ({ text, entries }: Group): string => `## ${text}\n\n${entries.map(paragraph).join('\n')}`;

function paragraph({ name, signature, text, tags }: Entry): string {
  const lines = tags.map(([tag, said]) => (tag === 'param' ? parameter(said) : `- ${TITLES[tag] ?? tag}${said === tag ? '' : `: ${said}`}`));
  return `### \`${name}\`\n\n\`\`\`\n${name}${signature}\n\`\`\`\n\n${text}\n${lines.length === 0 ? '' : `\n${lines.join('\n')}\n`}`;
}

function parameter(said: string): string {
  const [name = '', ...rest] = said.split(' ');
  return `- \`${name}\`: ${rest.join(' ')}`;
}
