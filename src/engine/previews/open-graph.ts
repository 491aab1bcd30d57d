import type { PageFacts } from './page-facts.ts';

/** What clients are shown of a page, by the names of https://ogp.me/ */
export interface OpenGraph {
  readonly properties: Readonly<Record<string, string>>;
  /** Where the page's image is. */
  readonly imageUrl: string | undefined;
}

/** Characters. */
const MAX_LENGTHS: Readonly<Record<string, number>> = { 'og:title': 300, 'og:description': 1_000 };
const MAX_LENGTH = 500;

/** What a client would load from elsewhere, telling that somebody reads the message, is left out; the image comes from this server. */
const PASSED_ON: ReadonlySet<string> = new Set([
  'og:type',
  'og:site_name',
  'og:locale',
  'og:url',
  'article:author',
  'article:published_time',
  'article:section',
  'profile:username',
]);

/** @param base the page's address, from which its image's may be relative */
export function openGraph(facts: PageFacts, base: string): OpenGraph {
  const { metas } = facts;
  const wanted: [name: string, value: string | undefined][] = [
    ['og:title', firstOf(metas.get('og:title'), metas.get('twitter:title'), facts.title, facts.heading)],
    ['og:description', firstOf(metas.get('og:description'), metas.get('twitter:description'), metas.get('description'), facts.paragraph)],
    ...[...metas].filter(([name]) => PASSED_ON.has(name)),
  ];
  const properties = wanted.flatMap(([name, value]): [string, string][] => {
    const text = shortened(value ?? '', MAX_LENGTHS[name] ?? MAX_LENGTH);
    return text === '' ? [] : [[name, text]];
  });
  const image = firstOf(
    metas.get('og:image:secure_url'),
    metas.get('og:image'),
    metas.get('og:image:url'),
    metas.get('twitter:image'),
    metas.get('twitter:image:src'),
    metas.get('image'),
    facts.imageLink,
  );
  return {
    properties: Object.fromEntries(properties),
    imageUrl: image !== undefined && URL.canParse(image.trim(), base) ? new URL(image.trim(), base).href : undefined,
  };
}

const firstOf = (...values: (string | undefined)[]): string | undefined => values.find((value) => value !== undefined && value.trim() !== '');

/** @param max code points: a letter that has two units in UTF-16 is not cut in half */
function shortened(text: string, max: number): string {
  const points = Array.from(
    text
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replaceAll(/\p{Surrogate}/gu, '\uFFFD'),
  );
  return points.length <= max ? points.join('') : `${points.slice(0, max - 1).join('')}…`;
}
