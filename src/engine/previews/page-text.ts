/** Where a page may say its own encoding (HTML, 4.2.5.4), in bytes. */
const PRESCAN = 1024;
const META_CHARSET = /<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})/i;
const BYTE_ORDER_MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The text of a page, by the encoding that its beginning, the reply's header or the page itself names; UTF-8 otherwise.
 * @param charset from the header Content-Type
 */
export function pageText(bytes: Buffer, charset: string | undefined): string {
  const marked = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1];
  const said = META_CHARSET.exec(bytes.toString('latin1', 0, PRESCAN))?.[1];
  return decoder(marked) ?? decoder(charset) ?? decoder(said) ?? new TextDecoder().decode(bytes);

  function decoder(label: string | undefined): string | undefined {
    try {
      return label === undefined ? undefined : new TextDecoder(label).decode(bytes);
    } catch {
      return undefined;
    }
  }
}
