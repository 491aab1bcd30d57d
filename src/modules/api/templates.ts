import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type * as Liquid from 'liquidjs';

/** A text with places for values. */
export interface Template {
  /**
   * Fills it in. What lies on the values' prototypes is not seen.
   * @throws Error for what cannot be worked out, or takes too long
   */
  render(values?: Readonly<Record<string, unknown>>): string;
}

/** Bounds for one template: a value from outside must not stop the server. */
const LIMITS = { parseLimit: 1_048_576, renderLimit: 1_000, memoryLimit: 10_000_000 };
/** In these, what stands in the values is escaped. */
const MARKUP = /\.(?:html?|xml|svg)$/i;

/**
 * Reads templates in the language Liquid.
 * @param folders where each is looked for, in this order; what a template includes is found there, too
 * @throws Error that names a file which is not there, or what is wrong in it
 */
export function readTemplates(filenames: readonly string[], folders: readonly string[]): readonly Template[] {
  return filenames.map((filename) => readTemplate(filename, folders));
}

/**
 * Makes a template of a text in the language Liquid; it can include nothing.
 * @param form in html, what stands in the values is escaped
 * @throws Error that says what is wrong in it
 */
export const compileTemplate = (source: string, form: 'text' | 'html' = 'text'): Template => compiled(source, form === 'html', []);

const readTemplate = (filename: string, folders: readonly string[]): Template =>
  compiled(textOf(filename, folders), MARKUP.test(filename), folders, filename);

/** @param folders where what it includes is found */
function compiled(source: string, isMarkup: boolean, folders: readonly string[], filename?: string): Template {
  // Loaded with the first template: most modules have none.
  const { Liquid: Engine } = createRequire(import.meta.url)('liquidjs') as typeof Liquid;
  const engine = new Engine({ ...LIMITS, root: [...folders], ownPropertyOnly: true, ...(isMarkup && { outputEscape: 'escape' }) });
  const parsed: Liquid.Template[] = engine.parse(source, filename);
  return Object.freeze({ render: (values: object = {}) => engine.renderSync(parsed, values) as string });
}

function textOf(filename: string, folders: readonly string[]): string {
  for (const folder of folders) {
    const path = resolve(folder, filename);
    if (!path.startsWith(join(folder, '/'))) throw new Error(`The template ${filename} is outside of ${folder}`);
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`There is no template ${filename} in ${folders.join(', nor in ')}`);
}
