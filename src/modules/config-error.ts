/** What a module throws from `parseConfig` when its configuration is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Where, seen from the module's `config`: `['rules', '0', 'pattern']`. */
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[] = []) {
    super(message);
    this.path = path;
  }
}

/** Several mistakes in one configuration, told at once. */
export class ConfigErrors extends Error {
  override readonly name = 'ConfigErrors';
  readonly errors: readonly ConfigError[];

  constructor(errors: readonly ConfigError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.errors = errors;
  }
}
