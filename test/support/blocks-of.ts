/** A fenced block of a Markdown page. */
export interface Fence {
  readonly language: string;
  /** What stands behind the language: the file that the block shows. */
  readonly file: string | undefined;
  readonly text: string;
}

const FENCE = /^```(\w*)(?: (\S+))?\n(.*?)^```$/gms;

/** @returns the fenced blocks of a Markdown page, in order */
export const fencesOf = (page: string): Fence[] => [...page.matchAll(FENCE)].map(([, language = '', file, text = '']) => ({ language, file, text }));

/** @returns the contents of a page's fenced blocks of one language, in order */
export const blocksOf = (page: string, language: string): string[] =>
  fencesOf(page).flatMap((fence) => (fence.language === language ? [fence.text] : []));

/** @returns the page without its fenced blocks */
export const proseOf = (page: string): string => page.replaceAll(FENCE, '');
