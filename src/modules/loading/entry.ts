/** An item of `modules` in the configuration. */
export interface ModuleEntry {
  /** `plexus:<name>`, a file, a package or a dotted Python path; in tests and programs the class or definition itself. */
  readonly module: string | object;
  readonly config: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly on_error: 'deny' | 'allow';
  /** ms */
  readonly timeout: number;
  readonly mode: 'enforce' | 'shadow';
  readonly isolation: 'none' | 'worker';
  /** Of its thread, in bytes. */
  readonly memory: number;
  /** How much it may keep. */
  readonly quota?: { readonly bytes?: number; readonly rows?: number };
  readonly hooks: Readonly<Record<string, HookSettings>>;
}

/** What differs for one callback. */
export interface HookSettings {
  readonly timeout?: number;
  readonly on_error?: 'deny' | 'allow';
}

/** Something that is wrong with a module, and where in the configuration it was named. */
export interface ModuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong with the modules, told at once; the server does not start. */
export class ModuleProblems extends Error {
  override readonly name = 'ModuleProblems';
  readonly problems: readonly ModuleProblem[];

  constructor(problems: readonly ModuleProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
