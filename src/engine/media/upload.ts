import type { Readable } from 'node:stream';

/** A file as a client sends it. */
export interface Upload {
  readonly body: Readable;
  readonly contentType: string;
  readonly fileName: string | undefined;
}
