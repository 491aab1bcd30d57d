import type { HttpClient } from 'plexus/module';

export type Response = Awaited<ReturnType<HttpClient['fetch']>>;
export type Headers = Readonly<Record<string, string>>;

/** What is sent, and its hash, which is signed. */
export interface Body {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  stream(): AsyncIterable<Uint8Array>;
}

export interface StorageRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Headers;
  readonly body?: Body;
}

/**
 * Makes a request.
 * @param read makes something of the response; `renew` says that something has moved
 * @throws StorageError
 */
export type Ask = <T>(request: StorageRequest, read: (response: Response, renew: () => void) => Promise<T>) => Promise<T>;
