import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Clock, HttpClient, MediaFileName } from 'plexus/module';
import type { Settings } from './config.ts';
import { Patience } from './patience.ts';
import { storeInParts } from './multipart.ts';
import { errorOf, StorageError } from './storage-error.ts';
import type { Response, StorageRequest } from './storage-request.ts';

const NOTHING = createHash('sha256').digest('hex');
/** The header by which a file says itself which hash it has. */
const HASH_HEADER = 'x-amz-meta-sha256';

/** What changes nothing when it is done once more. */
const REPEATABLE: readonly string[] = ['GET', 'HEAD', 'DELETE'] satisfies StorageRequest['method'][];

/** A bucket, asked by requests that are signed (Signature Version 4), file hashes included: the storage takes no other bytes than those. */
export class Bucket {
  readonly #settings: Settings;
  readonly #fetch: HttpClient['fetch'];
  readonly #clock: Clock;
  /** What is under way. */
  readonly #asking = new Set<Patience>();
  /** The keys of a day, which the signer would otherwise derive for each request. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();

  constructor(settings: Settings, { httpClient, clock }: { readonly httpClient: HttpClient; readonly clock: Clock }) {
    this.#settings = settings;
    this.#fetch = httpClient.fetch;
    this.#clock = clock;
  }

  /** Where files lie. */
  get place(): string {
    return this.#settings.address + this.#settings.prefix;
  }

  /** Whether a file is there, by size and by the hash that it was stored with. @throws StorageError */
  async has({ key, sha256, size }: MediaFileName): Promise<boolean> {
    return this.#ask({ method: 'HEAD', key }, async (response) => {
      if (response.status === 404) return false;
      if (response.status !== 200) throw await errorOf(`HEAD ${key}`, response);
      return response.headers.get('content-length') === String(size) && response.headers.get(HASH_HEADER) === sha256;
    });
  }

  /** Stores a file, a large one in parts. @throws StorageError */
  async put(name: MediaFileName, file: { stream(): AsyncIterable<Uint8Array> }): Promise<void> {
    const { key, sha256, size } = name;
    const { partSize } = this.#settings;
    const headers = { ...this.#settings.headers, [HASH_HEADER]: sha256, 'content-type': 'application/octet-stream' };
    const stream = (): AsyncIterable<Uint8Array> => file.stream();
    if (size > partSize) return storeInParts((...asked) => this.#ask(...asked), { name, stream, partSize, headers });
    await this.#ask({ method: 'PUT', key, headers, body: { size, sha256, stream } }, async (response) => {
      if (response.status !== 200) throw await errorOf(`PUT ${key}`, response);
      await response.body?.cancel();
    });
  }

  /** @param write takes a piece of the file. @returns false when it is not there. @throws StorageError */
  async get(key: string, write: (piece: Uint8Array) => Promise<void>): Promise<boolean> {
    return this.#ask({ method: 'GET', key }, async (response, renew) => {
      if (response.status !== 200) {
        const error = await errorOf(`GET ${key}`, response);
        if (error.isOfMissingFile) return false;
        throw error;
      }
      for await (const piece of response.body ?? []) {
        renew();
        await write(piece as Uint8Array);
      }
      return true;
    });
  }

  /** Deletes a file, which need not be there. @throws StorageError */
  async delete(key: string): Promise<void> {
    await this.#ask({ method: 'DELETE', key }, async (response) => {
      if (response.status === 204 || response.status === 200) return await response.body?.cancel();
      const error = await errorOf(`DELETE ${key}`, response);
      if (!error.isOfMissingFile) throw error;
    });
  }

  /** Ends what is under way. */
  close(): void {
    for (const patience of this.#asking) patience.lose(new Error('the module has ended'));
  }

  /** What only asks is asked once more when it fails: connections break, and storages are busy for a moment. */
  async #ask<T>(request: StorageRequest, read: (response: Response, renew: () => void) => Promise<T>): Promise<T> {
    const patience = new Patience(this.#clock, this.#settings.timeout);
    const { signal } = patience;
    this.#asking.add(patience);
    const isRepeatable = REPEATABLE.includes(request.method);
    const send = (): Promise<Response> => this.#send(request, signal, () => patience.renew());
    try {
      let response = await send().catch((error: unknown) => {
        if (!isRepeatable || signal.aborted) throw error;
        return send();
      });
      if (response.status >= 500 && isRepeatable) {
        await response.body?.cancel();
        response = await send();
      }
      return await read(response, () => patience.renew());
    } catch (error) {
      if (error instanceof StorageError) throw error;
      throw new StorageError(`${request.method} ${request.key} failed: ${reasonOf(signal.aborted ? signal.reason : error)}`, { cause: error });
    } finally {
      patience.end();
      this.#asking.delete(patience);
    }
  }

  async #send({ method, key, query = {}, headers = {}, body }: StorageRequest, signal: AbortSignal, renew: () => void): Promise<Response> {
    const { address, prefix, region, key: credentials } = this.#settings;
    const signed = await new AwsV4Signer({
      method,
      url: `${address}${prefix}${key}${Object.keys(query).length === 0 ? '' : `?${String(new URLSearchParams(query))}`}`,
      headers: { ...headers, ...(body && { 'content-length': String(body.size) }), 'x-amz-content-sha256': body?.sha256 ?? NOTHING },
      service: 's3',
      region,
      cache: this.#signingKeys,
      ...credentials,
    }).sign();
    return this.#fetch(signed.url, {
      method,
      // Nothing but the bytes that were stored, whatever they are.
      headers: { ...Object.fromEntries(signed.headers), 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal,
      ...(body && { body: renewing(body.stream(), renew), duplex: 'half' as const }),
    });
  }
}

async function* renewing(pieces: AsyncIterable<Uint8Array>, renew: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    renew();
    yield piece;
  }
}

/** What undici calls "fetch failed" has a cause that says more. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
