/** A path below /_matrix/client/v3, its segments encoded. */
export const v3 = (...segments: string[]): string => `/_matrix/client/v3/${segments.map(encodeURIComponent).join('/')}`;
