/** A piece of SQL that means something: names and keywords, texts, marks. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'mark';
  /** In lower case for words and quoted names; what a text holds. */
  readonly value: string;
  /** Where it begins in the SQL. */
  readonly at: number;
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([\p{L}_$][\p{L}\p{N}_$]*)|\d[\w.]*|[^\s]/gu;

/** Takes SQL apart, without comments. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const [whole, text, double, back, square, word] = match;
    if (whole.startsWith('--') || whole.startsWith('/*')) continue;
    const quoted = double ?? back ?? square;
    const at = match.index;
    if (text !== undefined) tokens.push({ kind: 'text', value: text.replaceAll("''", "'"), at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', value: quoted.toLowerCase(), at });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word.toLowerCase(), at });
    else tokens.push({ kind: 'mark', value: whole, at });
  }
  return tokens;
}

/** Takes several statements apart. Those inside of a trigger stay in it. */
export function statementsOf(sql: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  let words: string[] = [];
  for (const { kind, value, at } of tokensOf(sql)) {
    if (kind === 'word') words.push(value);
    if (kind !== 'mark' || value !== ';') continue;
    const isOpen = words[0] === 'create' && words.slice(0, 4).includes('trigger') && words.at(-1) !== 'end';
    if (isOpen) continue;
    if (words.length > 0) statements.push(sql.slice(start, at));
    start = at + 1;
    words = [];
  }
  if (words.length > 0) statements.push(sql.slice(start));
  return statements;
}
