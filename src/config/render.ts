import { stringify, type ToStringOptions } from 'yaml';
import type { Keys, Kind } from './kind.ts';
import { configKeys } from './schema.ts';

const WIDTH = 120;
const HEADER = `The configuration of a Plexus homeserver. Every key is here, with its default or, commented out, an example.
Paths are relative to the folder of this file. \${NAME} stands for an environment variable, $\${ for a literal \${.
Durations are written 500ms, 30s, 5m, 2h, 7d; sizes 512KiB, 50MiB, 1GiB. "plexus check-config" checks this file.`;

type Values = Readonly<Record<string, unknown>>;

/**
 * A configuration file with every key explained.
 * @param values what to write instead of the defaults and examples, in the keys of the file
 * @returns YAML, which `parseConfig` accepts
 */
export function renderConfig(values: Values = {}): string {
  const sections = Object.entries(configKeys).map(([name, kind]) => renderKey(name, kind, values[name]).join('\n'));
  return `${[comment(HEADER).join('\n'), ...sections].join('\n\n')}\n`;
}

function renderKey(name: string, kind: Kind<unknown>, value: unknown): string[] {
  return [...comment(kind.description ?? ''), ...renderValue(name, kind, value)];
}

function renderValue(name: string, kind: Kind<unknown>, value: unknown): string[] {
  if (kind.inline) return [`${name}: ${flow(withDefaults(kind.keys ?? {}, value))}`];
  if (kind.keys) return renderMapping(name, kind, value as Values | undefined);
  if (kind.items?.keys && value === undefined && kind.example === undefined) return renderItem(name, kind.items.keys);
  if (value !== undefined) return plain(name, value);
  const hasExample = kind.example !== undefined;
  // A necessary key must stand in the file; what may be left out shows how it would look.
  if (kind.default === undefined && !kind.optional) return plain(name, kind.example);
  return hasExample ? plain(name, kind.example).map((line) => `# ${line}`) : plain(name, kind.default);
}

function renderMapping(name: string, kind: Kind<unknown>, value: Values | undefined): string[] {
  const below = Object.entries(kind.keys ?? {}).flatMap(([key, inner]) => renderKey(key, inner, value?.[key]));
  const lines = [`${name}:`, ...below.map((line) => `  ${line}`)];
  return kind.optional && value === undefined ? lines.map((line) => `# ${line}`) : lines;
}

/** A list whose default has one item, with the keys of that item explained. */
function renderItem(name: string, keys: Keys): string[] {
  const lines = Object.entries(keys).flatMap(([key, inner]) => renderKey(key, inner, undefined));
  // The first key follows the dash; its comment goes before.
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return [`${name}:`, ...lines.map((line, index) => `  ${index === first ? '- ' : '  '}${line}`)];
}

const withDefaults = (keys: Keys, value: unknown): Values => ({
  ...Object.fromEntries(Object.entries(keys).map(([name, kind]) => [name, kind.default])),
  ...(value as Values | undefined),
});

const YAML_STYLE = { singleQuote: true, lineWidth: 0, indentSeq: true, flowCollectionPadding: false } as const;

function plain(name: string, value: unknown): string[] {
  const isFlat = Array.isArray(value) && value.every((item) => typeof item !== 'object');
  return isFlat ? [`${name}: ${flow(value)}`] : toYaml({ [name]: value }).split('\n');
}

const flow = (value: unknown): string => toYaml(value, { collectionStyle: 'flow' });

/** What looks like a variable of the environment in a value is meant as it stands. */
const toYaml = (value: unknown, style: ToStringOptions = {}): string =>
  stringify(value, { ...YAML_STYLE, ...style })
    .trimEnd()
    .replaceAll('${', () => '$${');

/** The text as lines of comment; lines that begin with spaces are kept as they are, the others are filled. */
function comment(text: string): string[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : line.startsWith(' ') ? [`# ${line}`] : fill(line).map((filled) => `# ${filled}`)));
}

function fill(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
