import { createRequire } from 'node:module';
import type { Options, TransformOutput } from '@swc/wasm-typescript';

type Transform = (source: string, options: Options) => TransformOutput;

/** How the compiler tells of a mistake: it throws no Error. */
interface Mistake {
  readonly message: string;
  readonly snippet?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

/**
 * Turns TypeScript into JavaScript, without checking types. The compiler is loaded with the first file that needs it.
 * @throws SyntaxError that shows file, line and column
 */
export function compileTypeScript(source: string, file: string): string {
  const { transformSync } = createRequire(import.meta.url)('@swc/wasm-typescript') as { transformSync: Transform };
  try {
    const { code, map } = transformSync(source, { mode: 'transform', module: true, filename: file, sourceMap: true });
    return map === undefined ? code : `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  } catch (error) {
    const { message, snippet = '', startLine, startColumn } = error as Mistake;
    throw new SyntaxError(`${file}:${startLine ?? 1}:${startColumn ?? 1}: ${message}\n${snippet}`.trimEnd());
  }
}
