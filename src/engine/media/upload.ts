import type { Readable } from 'node:stream';

/** A file as a client sends it. */
export interface Upload {
  readonly body: Readable;
  /** Bytes, where the client has said it; then it sends no more. */
  readonly size: number | undefined;
  readonly contentType: string;
  readonly fileName: string | undefined;
}
