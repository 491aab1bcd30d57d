import type { JsonValue } from '../../core/json.ts';
import type { Code, NOT_SPAM } from '../codes.ts';

/** A callback may be async or not. */
export type Answer<T> = T | Promise<T>;

/** An error code with more keys for the error's body; `error` among them is the text that the client sees. */
export type CodeWithFields = readonly [Code, Readonly<Record<string, JsonValue>>];

/**
 * What a callback that may refuse answers. `NOT_SPAM` allows, a code refuses with that code, and so does a code with fields.
 * What `true` and `false` mean depends on the callback. A thrown `MatrixError` refuses too, and reaches the client as it is.
 */
export type Verdict = boolean | typeof NOT_SPAM | Code | CodeWithFields;

/** A verdict without booleans, which would be ambiguous here. */
export type ExplicitVerdict = Exclude<Verdict, boolean>;

/** Signatures of an event: by the names of the servers that signed it, then by the ids of their keys, as base64. */
export type EventSignatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** User agents and addresses that took part in a request. */
export type RequestInfo = readonly (readonly [userAgent: string, ip: string])[];

export interface EmailThreepid {
  readonly medium: 'email';
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly validated_at: number;
}
