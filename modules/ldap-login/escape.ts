/** A value within a DN (RFC 4514). */
export const inDn = (value: string): string =>
  value
    .replaceAll(/["+,;<=>\\]/g, String.raw`\$&`)
    .replaceAll('\0', String.raw`\00`)
    .replace(/^[ #]/, String.raw`\$&`)
    .replace(/ $/, String.raw`\ `);

/** A value within a filter (RFC 4515). */
export const inFilter = (value: string): string =>
  value.replaceAll(/[\0()*\\]/g, (letter) => `\\${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
