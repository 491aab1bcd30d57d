/** The way from the top of a configuration to a value: keys of mappings and positions in lists. */
export type Path = readonly (string | number)[];

/** `['modules', 1, 'config', 'a.b']` -> `modules[1].config["a.b"]` */
export function formatPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}
