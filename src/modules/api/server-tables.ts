/** Where names of tables mean nothing: texts and comments. */
const QUOTED_TEXT = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g;
/** What stands before the table that a statement changes (`on`: that of an index or a trigger). */
const TARGET =
  /\b(?:into|update(?:\s+or\s+\w+)?|delete\s+from|table(?:\s+if(?:\s+not)?\s+exists)?|on|view(?:\s+if(?:\s+not)?\s+exists)?)\s+["'`[]?(\w+)/gi;
const READS = /^\s*(?:select|values)\b/i;
/** What would end the transaction, open other files or change how the database works. */
const FOREIGN = /^\s*(?:begin|commit|end|rollback|savepoint|release|attach|detach|pragma|vacuum|reindex|analyze)\b/i;

/**
 * Keeps a module's statement off what is the server's: nobody would have been asked about such a change.
 * @returns the statement
 * @throws Error
 */
export function refuseServerTables(sql: string, serverTables: ReadonlySet<string>): string {
  const bare = sql.replaceAll(QUOTED_TEXT, (quoted) => (quoted.startsWith("'") ? "''" : ' '));
  if (FOREIGN.test(bare)) throw new Error(`runDbInteraction runs a transaction of its own and cannot execute: ${sql}`);
  if (READS.test(bare)) return sql;
  const touched = [...bare.matchAll(TARGET)].map(([, table = '']) => table.toLowerCase()).find((table) => serverTables.has(table));
  if (touched !== undefined) throw new Error(`The table ${touched} is the server's: runDbInteraction can change a module's own tables only`);
  return sql;
}
