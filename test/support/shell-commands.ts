import type { Command } from 'commander';

/** What npm itself knows, as far as the pages use it. */
const NPM = new Set(['ci', 'install', 'publish', 'version', 'login', 'pack']);
const WORD = /'[^']*'|"[^"]*"|[^\s'"]+/g;

export interface Known {
  /** The `plexus` command. */
  readonly plexus: Command;
  /** The scripts of the packages that the pages speak of. */
  readonly scripts: ReadonlySet<string>;
}

/** @returns why somebody who typed this line would be told off; undefined when it is right, or no command of ours */
export const wrongWith = (line: string, known: Known): string | undefined =>
  line
    .split(' && ')
    .map((command) => wrongWithCommand(command, known))
    .find((complaint) => complaint !== undefined);

function wrongWithCommand(line: string, known: Known): string | undefined {
  const words =
    line
      .replace(/^\$ /, '')
      .replace(/(?:^| )#.*$/, '')
      .match(WORD) ?? [];
  const [program, command = '', ...others] = words;
  if (program === 'plexus') return wrongWithPlexus(words.slice(1), known.plexus);
  if (program === 'npx' && command === 'plexus') return wrongWithPlexus(others, known.plexus);
  if (program !== 'npm') return undefined;
  if (command === 'run' && others[0] === 'plexus') return wrongWithPlexus(others.slice(2), known.plexus);
  if (command === 'start') return wrongWithPlexus(['start', ...others.slice(1)], known.plexus);
  const script = command === 'run' ? (others[0] ?? '') : command;
  return NPM.has(command) || known.scripts.has(script) ? undefined : `npm knows no ${script}`;
}

function wrongWithPlexus(words: readonly string[], command: Command): string | undefined {
  const [first = '', ...others] = words;
  const sub = command.commands.find((each) => each.name() === first);
  if (sub !== undefined) return wrongWithPlexus(others, sub);
  if (command.commands.length > 0 && /^\w/.test(first)) return `${command.name()} has no command ${first}`;
  const flags = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/=.*$/, ''));
  const unknown = flags.find((flag) => !command.options.some(({ long, short }) => flag === long || flag === short));
  return unknown === undefined ? undefined : `${command.name()} has no option ${unknown}`;
}
