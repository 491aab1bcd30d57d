/** `${NAME}`, and `$${` for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;

export interface Substitution {
  readonly text: string;
  /** Names that the environment lacks, and texts between the braces that are no name. */
  readonly missing: readonly string[];
}

/** Puts the environment's variables into a text of the configuration; a default for a missing one would hide mistakes. */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>): Substitution {
  const missing: string[] = [];
  const substituted = text.replaceAll(REFERENCE, (reference, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined) missing.push(name);
    return value ?? reference;
  });
  return { text: substituted, missing };
}
