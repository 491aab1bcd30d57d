/** The part of the package that tests use: it has no types of its own. */
declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http';

  class S3rver {
    constructor(options: {
      readonly directory: string;
      readonly silent: boolean;
      readonly configureBuckets: readonly { readonly name: string }[];
      readonly serviceEndpoint?: string;
    });
    configureBuckets(): Promise<unknown>;
    callback(): RequestListener;
    readonly logger: { close(): void };
    on(event: 'error', listener: (error: Error) => void): void;
  }
  export = S3rver;
}
