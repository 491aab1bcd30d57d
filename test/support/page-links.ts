import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { proseOf } from './blocks-of.ts';

/** Where the links of a Markdown page lead that stay in the repository: `file.md#anchor`. */
export const linksOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));

/** The anchors of a page, as they are made of its headings: https://docs.github.com/en/get-started/writing-on-github */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#+ +(.+?)\s*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** @returns what is wrong with the links of a page, in a line each */
export function brokenLinks(file: string, root: string): string[] {
  return linksOf(readFileSync(file, 'utf8')).flatMap((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    const wrong = !existsSync(target)
      ? 'is not there'
      : anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor) && 'has no such heading';
    return wrong === false ? [] : [`${relative(root, file)}: ${link} ${wrong}`];
  });
}
