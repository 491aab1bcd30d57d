import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, parseDocument, type Node, type ToStringOptions, type YAMLMap, type YAMLSeq } from 'yaml';
import { isObject } from '../../core/json.ts';

/** A change of the list `modules`: its items in the keys and forms of the file. */
export type EntryEdit =
  | { readonly kind: 'set'; readonly index: number; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly kind: 'add'; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly kind: 'remove'; readonly index: number };

type Entry = Readonly<Record<string, unknown>>;

/** The list as it is to be. */
export function editEntries(entries: readonly Entry[], edit: EntryEdit): readonly Entry[] {
  if (edit.kind === 'add') return [...entries, edit.entry];
  if (edit.kind === 'remove') return entries.toSpliced(edit.index, 1);
  return entries.with(edit.index, { ...entries[edit.index], ...edit.settings });
}

const STYLE: ToStringOptions = { lineWidth: 0 };

/**
 * Makes the same change in the text of a configuration file.
 * @param entries what the list is read as before
 * @returns texts that may be right, best first: in the first one nothing but the item itself is touched, in the second one all is written anew with its
 * comments. Which of them reads as it should is for the caller to check.
 */
export function* editedTexts(text: string, entries: readonly Entry[], edit: EntryEdit): Generator<string> {
  for (const write of [writeItem, writeWhole]) {
    const document = parseDocument(text);
    try {
      const edited = write(text, document, entries, edit);
      if (edited !== undefined) yield edited;
    } catch {
      // An alias stands elsewhere for what would have gone: this text cannot be had.
    }
  }
}

function writeWhole(_text: string, document: Document.Parsed, entries: readonly Entry[], edit: EntryEdit): string {
  const items = itemsOf(document);
  if (edit.kind === 'set') setKeys(document, items?.items[edit.index], entries[edit.index] ?? {}, edit.settings);
  else if (edit.kind === 'remove') items?.delete(edit.index);
  else if (items === undefined) document.set('modules', [literal(edit.entry)]);
  else items.add(document.createNode(literal(edit.entry)));
  return document.toString(STYLE);
}

function writeItem(text: string, document: Document.Parsed, entries: readonly Entry[], edit: EntryEdit): string | undefined {
  const items = itemsOf(document);
  if (edit.kind === 'add') return withNewItem(text, document, items, edit.entry);
  const item = items?.items[edit.index];
  if (items?.flow === true || !isMap(item) || item.flow === true || !item.range) return undefined;
  const [start, , end] = item.range;
  if (edit.kind === 'remove') return text.slice(0, dashBefore(text, start).line) + text.slice(end);
  setKeys(document, item, entries[edit.index] ?? {}, edit.settings);
  // What stands before the item is not part of what is replaced.
  item.commentBefore = null;
  item.spaceBefore = false;
  const [space = ''] = /\s*$/.exec(text.slice(start, end)) ?? [];
  return text.slice(0, start) + indented(item, start - lineStart(text, start)).trimEnd() + space + text.slice(end);
}

function withNewItem(text: string, document: Document.Parsed, items: YAMLSeq<Node> | undefined, entry: Entry): string | undefined {
  const item = (dash: number): string => `${' '.repeat(dash)}- ${indented(document.createNode(literal(entry)), dash + 2).trimEnd()}\n`;
  const ended = (before: string): string => (before === '' || before.endsWith('\n') ? before : `${before}\n`);
  const last = items?.items.at(-1);
  if (last !== undefined) {
    if (items?.flow === true || !last.range) return undefined;
    const [start, , end] = last.range;
    return ended(text.slice(0, end)) + item(dashBefore(text, start).column) + text.slice(end);
  }
  if (document.contents !== null && (!isMap(document.contents) || document.contents.flow === true)) return undefined;
  if (!document.has('modules')) return `${ended(text)}\nmodules:\n${item(2)}`;
  const range = (document.get('modules', true) as Node | undefined)?.range;
  if (!range) return undefined;
  return `${text.slice(0, range[0]).trimEnd()}\n${item(2).trimEnd()}${text.slice(range[1])}`;
}

function itemsOf(document: Document.Parsed): YAMLSeq<Node> | undefined {
  const items = document.get('modules');
  return isSeq<Node>(items) ? items : undefined;
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The dash of the list before an item: where its line begins, and how far it is indented. */
function dashBefore(text: string, offset: number): { readonly line: number; readonly column: number } {
  const dash = text.lastIndexOf('-', offset - 1);
  const line = lineStart(text, dash);
  return { line, column: dash - line };
}

/** A node as YAML, all its lines but the first indented. */
function indented(node: Node, column: number): string {
  const text = new Document(node).toString(STYLE);
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`);
}

function setKeys(document: Document, item: Node | undefined, before: Entry, settings: Entry): void {
  if (isMap(item)) for (const [key, value] of Object.entries(settings)) setKey(document, item, key, before[key], value);
}

function setKey(document: Document, map: YAMLMap, key: string, before: unknown, after: unknown): void {
  if (!isDeepStrictEqual(before, after)) map.set(key, rewritten(document, map.get(key, true), before, after));
}

/** Changes as little of a node as there is to change, so that comments and references to the environment stay where they are. */
function rewritten(document: Document, node: Node | undefined, before: unknown, after: unknown): Node {
  if (isMap(node) && isObject(before) && isObject(after)) {
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) node.delete(key);
    for (const [key, value] of Object.entries(after)) setKey(document, node, key, before[key], value);
    return node;
  }
  if (isSeq<Node>(node) && Array.isArray(before) && Array.isArray(after)) {
    node.items = after.map((value: unknown, index) => itemFor(document, node.items, before, value, index));
    return node;
  }
  if (isScalar(node) && (typeof after !== 'object' || after === null)) {
    node.value = literal(after);
    return node;
  }
  return document.createNode(literal(after));
}

/** Items that stay the same keep their node, also when others were added or removed before them. */
function itemFor(document: Document, nodes: readonly Node[], before: readonly unknown[], value: unknown, index: number): Node {
  const same = isDeepStrictEqual(before[index], value) ? index : before.findIndex((other) => isDeepStrictEqual(other, value));
  const kept = nodes[same];
  if (kept !== undefined) return kept;
  const node = nodes[index];
  return isMap(node) ? rewritten(document, node.clone() as YAMLMap, before[index], value) : document.createNode(literal(value));
}

/** A value that the reader of the file does not take for a reference to the environment. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(literal);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, literal(part)]));
}
