import { Parser } from 'htmlparser2';

/** What a page says about itself, unweighed. Texts are as long as the page makes them. */
export interface PageFacts {
  /** Of `<meta>`, by `property`, `name` or `itemprop` in lower case; the first one counts. */
  readonly metas: ReadonlyMap<string, string>;
  readonly title: string;
  /** The first `<h1>`. */
  readonly heading: string;
  /** The first `<p>` that has a text. */
  readonly paragraph: string;
  /** `<link rel="image_src">` */
  readonly imageLink: string | undefined;
}

/** Deeper pages are not read on: what is of interest stands near the top, and closing a tag costs as much as there are open ones. */
const MAX_DEPTH = 200;
/** Characters of a text that are kept; no more of it will be shown. */
const MAX_TEXT = 2_000;
/** More are no description of a page. */
const MAX_METAS = 200;

const TEXTS = { title: 'title', h1: 'heading', p: 'paragraph' } as const;
type Text = (typeof TEXTS)[keyof typeof TEXTS];
const isTextTag = (name: string): name is keyof typeof TEXTS => Object.hasOwn(TEXTS, name);

/** Reads a page from its beginning to its end, without building a tree: no nesting, however deep, costs memory or stack. */
export function pageFacts(html: string): PageFacts {
  const metas = new Map<string, string>();
  const texts: Record<Text, string> = { title: '', heading: '', paragraph: '' };
  let imageLink: string | undefined;
  let depth = 0;
  let reading: { readonly text: Text; readonly depth: number } | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      depth++;
      if (depth > MAX_DEPTH) parser.pause();
      if (name === 'meta') noteMeta(metas, attributes);
      else if (name === 'link' && attributes['rel']?.toLowerCase() === 'image_src') imageLink ??= attributes['href'];
      else if (reading === undefined && isTextTag(name) && texts[TEXTS[name]].trim() === '') reading = { text: TEXTS[name], depth };
    },
    ontext(text) {
      if (reading !== undefined && texts[reading.text].length < MAX_TEXT) texts[reading.text] += text;
    },
    onclosetag() {
      if (depth === reading?.depth) reading = undefined;
      depth--;
    },
  });
  parser.end(html);
  return { metas, ...texts, imageLink };
}

function noteMeta(metas: Map<string, string>, attributes: Readonly<Record<string, string>>): void {
  const name = (attributes['property'] ?? attributes['name'] ?? attributes['itemprop'])?.toLowerCase();
  const content = attributes['content'];
  if (name !== undefined && content !== undefined && !metas.has(name) && metas.size < MAX_METAS) metas.set(name, content.slice(0, MAX_TEXT));
}
