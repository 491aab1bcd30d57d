import type { Usage } from '../actions.ts';
import { tokensOf, type Token } from './sql-tokens.ts';

/** A statement of a module that touches nothing but what is its own. */
export interface Statement {
  readonly sql: string;
  /** Whether it makes, changes or drops tables. */
  readonly defines: boolean;
  /** How much it stores at most beside its arguments; undefined for one that stores nothing. */
  readonly grows: Growth | undefined;
}

/** How much a statement stores at most: once, or in each row that it changes; or any amount. */
export type Growth = 'any' | (Usage & { readonly inEachRow: boolean });

/** Whose the tables of the database are. */
export interface Ownership {
  readonly module: string;
  /** The tables of the server, in lower case. */
  readonly server: ReadonlySet<string>;
  /** The tables of all modules, by name in lower case. */
  readonly owners: ReadonlyMap<string, string>;
}

/** What a module writes for the name of one of its tables: `{things}`. */
const OWN_NAME = /\{(\w+)\}/g;
/** What would end the transaction, open other files or change how the database works. */
const FOREIGN = new Set('begin commit end rollback savepoint release attach detach pragma vacuum reindex analyze explain'.split(' '));
const DEFINITIONS = new Set(['create', 'alter', 'drop']);
const MADE = new Set(['table', 'view', 'index', 'trigger']);
/** What may stand between a keyword and the name that it announces. */
const BETWEEN = new Set(['if', 'not', 'exists', 'or', 'rollback', 'abort', 'fail', 'ignore', 'replace']);
/** What follows `update` where it is not the statement: in triggers, upserts and foreign keys. */
const NO_TARGET = new Set(['of', 'on', 'set', 'cascade', 'restrict', 'no']);

/** With what the names of all tables of a module begin. */
export const prefixOf = (module: string): string => `${module.toLowerCase().replaceAll(/\W/g, '_')}_`;

/**
 * Reads a statement of a module.
 * @throws Error for one that changes what is not the module's, or reads what is another module's
 */
export function ownStatement(written: string, ownership: Ownership): Statement {
  const prefix = prefixOf(ownership.module);
  const sql = written.replaceAll(OWN_NAME, (_, name: string) => `"${prefix}${name.toLowerCase()}"`);
  const tokens = tokensOf(sql);
  const [first] = tokens;
  if (first === undefined || FOREIGN.has(first.value))
    throw new Error(`runDbInteraction runs a transaction of its own and cannot execute: ${written}`);
  for (const name of targetsOf(tokens)) checkTarget(name, prefix, ownership);
  for (const token of tokens) checkRead(token, ownership);
  refuseOtherSchemas(tokens);
  return { sql, defines: DEFINITIONS.has(first.value), grows: growthOf(sql, tokens) };
}

/** The names of what a statement changes, makes, or binds itself to. */
function targetsOf(tokens: readonly Token[]): readonly string[] {
  const targets: string[] = [];
  const isWord = (index: number, ...values: readonly string[]): boolean => {
    const token = tokens[index];
    return token?.kind === 'word' && values.includes(token.value);
  };
  const made = DEFINITIONS.has(tokens[0]?.value ?? '') ? tokens.findIndex(({ kind, value }) => kind === 'word' && MADE.has(value)) : -1;
  const makesPart = made >= 0 && ['index', 'trigger'].includes(tokens[made]?.value ?? '');
  let boundTo: number | undefined;
  for (let index = 0; index < tokens.length; index++) {
    const announces =
      index === made ||
      isWord(index, 'into', 'references') ||
      (isWord(index, 'from') && isWord(index - 1, 'delete')) ||
      (isWord(index, 'to') && isWord(index - 1, 'rename')) ||
      (isWord(index, 'to') && isWord(0, 'alter') && isWord(index - 1, 'rename')) ||
      (isWord(index, 'update') && !isWord(index - 1, 'on') && !isWord(index + 1, ...NO_TARGET)) ||
      (makesPart && boundTo === undefined && isWord(index, 'on'));
    if (!announces) continue;
    if (isWord(index, 'on')) boundTo = index;
    let next = index + 1;
    while (isWord(next, ...BETWEEN)) next++;
    const name = tokens[next];
    if (name !== undefined && name.kind !== 'mark') targets.push(name.value.toLowerCase());
  }
  return targets;
}

function checkTarget(name: string, prefix: string, { module, server, owners }: Ownership): void {
  if (server.has(name)) throw new Error(`The table ${name} is the server's: runDbInteraction can change a module's own tables only`);
  const owner = owners.get(name);
  if (!name.startsWith(prefix) || (owner !== undefined && owner !== module)) {
    throw new Error(`${name} is not of ${module}: runDbInteraction changes only what it names {like_this}, or ${prefix}like_this`);
  }
}

function checkRead({ kind, value }: Token, { module, owners }: Ownership): void {
  const owner = kind === 'mark' ? undefined : owners.get(value.toLowerCase());
  if (owner !== undefined && owner !== module) throw new Error(`The table ${value} is of the module ${owner}: runDbInteraction cannot read it`);
}

/** Under `main.` or `temp.` a name would look like another one. */
function refuseOtherSchemas(tokens: readonly Token[]): void {
  tokens.forEach(({ kind, value }, index) => {
    const isTemporary = kind === 'word' && (value === 'temp' || value === 'temporary') && tokens[index - 1]?.value === 'create';
    const isQualifier = kind !== 'mark' && ['main', 'temp'].includes(value) && tokens[index + 1]?.value === '.';
    if (isTemporary || isQualifier)
      throw new Error('runDbInteraction knows no schemas: name tables without main. and temp., and make none that is temporary');
  });
}

/** What is copied from elsewhere or worked out may be any amount. */
function growthOf(sql: string, tokens: readonly Token[]): Growth | undefined {
  const words = new Set(tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value));
  if (!['insert', 'replace', 'update', 'create'].some((word) => words.has(word))) return undefined;
  const brackets = tokens.filter(({ kind, value }) => kind === 'mark' && value === '(').length;
  const changes = words.has('update');
  if (words.has('select') || /\(\s*\w*\s*\(|\|\|/.test(sql.replaceAll(/'[^']*'/g, "''")) || (changes && brackets > 2)) return 'any';
  return { rows: brackets, bytes: sql.length, inEachRow: changes };
}
