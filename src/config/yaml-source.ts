import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Scalar } from 'yaml';
import { ConfigurationError, type Problem } from './configuration-error.ts';
import { substitute } from './environment.ts';
import type { Path } from './path.ts';

export interface YamlOptions {
  /** The name to show in messages. */
  readonly file?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The values of a YAML text, and where each stands in it. */
export interface YamlSource {
  readonly file: string | undefined;
  readonly values: unknown;
  /** The line, counted from 1, of the value at the path, or of what is nearest above it. */
  lineOf(path: Path): number;
}

/**
 * Parses YAML and puts the environment's variables into its texts.
 * @throws ConfigurationError with every mistake of syntax, or every variable that is missing
 */
export function readYaml(text: string, { file, env = {} }: YamlOptions = {}): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const mistakes = [...document.errors, ...document.warnings];
  if (mistakes.length > 0) {
    throw new ConfigurationError(mistakes.map(({ pos, message }) => ({ file, line: lineAt(pos[0]), path: [], message })));
  }
  const { lines, scalars } = readNodes(document, lineAt);
  const source: YamlSource = { file, values: undefined, lineOf: (path) => nearestLine(lines, path) };
  const problems = scalars.flatMap(({ path, scalar }) => substituteScalar(scalar, path, source, env));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...source, values: document.toJS() };
}

interface Nodes {
  readonly lines: ReadonlyMap<string, number>;
  readonly scalars: readonly { readonly path: Path; readonly scalar: Scalar }[];
}

const keyOf = (path: Path): string => JSON.stringify(path);

function nearestLine(lines: ReadonlyMap<string, number>, path: Path): number {
  return lines.get(keyOf(path)) ?? (path.length === 0 ? 1 : nearestLine(lines, path.slice(0, -1)));
}

/** Walks the document once. What an alias stands for is walked where it is written in full. */
function readNodes(document: Document.Parsed, lineAt: (offset: number) => number): Nodes {
  const lines = new Map<string, number>();
  const scalars: { path: Path; scalar: Scalar }[] = [];
  const visit = (node: unknown, path: Path, start: Node | null): void => {
    if (start?.range) lines.set(keyOf(path), lineAt(start.range[0]));
    if (isScalar(node)) scalars.push({ path, scalar: node });
    if (isSeq<Node>(node)) node.items.forEach((item, index) => visit(item, [...path, index], item));
    if (isMap<Scalar, Node | null>(node)) node.items.forEach(({ key, value }) => visit(value, [...path, String(key.value)], key));
  };
  visit(document.contents, [], document.contents);
  return { lines, scalars };
}

function substituteScalar(scalar: Scalar, path: Path, source: YamlSource, env: NonNullable<YamlOptions['env']>): Problem[] {
  if (typeof scalar.value !== 'string') return [];
  const { text, missing } = substitute(scalar.value, env);
  // Without quotes `${PORT}` is a number where its value is one, as it would be if it had been written there.
  scalar.value = scalar.type === 'PLAIN' && text !== scalar.value && /^(?:-?(?:0|[1-9]\d{0,14})|true|false)$/.test(text) ? JSON.parse(text) : text;
  return missing.map((name) => ({
    file: source.file,
    line: source.lineOf(path),
    path,
    message: `the environment has no variable ${JSON.stringify(name)}: set it, or write $\${ for a literal \${`,
  }));
}
