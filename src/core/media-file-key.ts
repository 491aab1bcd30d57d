/** Where a file of media lies, in the media folder and in a storage: by its hash, in folders that never hold too many. */
export const mediaFileKey = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
