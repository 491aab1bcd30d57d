import { formatPath, type Path } from './path.ts';

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** The file, as it was named; undefined for values that came from code. */
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
  /** Where in the configuration: `['modules', 1, 'config', 'period']`. */
  readonly path: Path;
  readonly message: string;
}

/** Everything that is wrong with a configuration, told at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`The configuration has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n'));
    this.problems = problems;
  }
}

/** `config.yaml:12: registration.mode: must be …` */
function formatProblem({ file, line, path, message }: Problem): string {
  const place = file === undefined ? [] : [line === undefined ? file : `${file}:${line}`];
  const key = path.length === 0 ? [] : [formatPath(path)];
  return [...place, ...key, message].join(': ');
}
