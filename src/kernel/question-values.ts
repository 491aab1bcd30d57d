import type { Event } from '../core/event.ts';
import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';

/**
 * Lets others sign an event where it stands in the graph, besides this server.
 * @returns the same event with their signatures
 * @throws the MatrixError of a refusal
 */
export type EventSigner = (event: Event) => Promise<Event>;

/** Somebody registers: what `check_registration_for_spam` is asked about. */
export interface RegistrationAttempt {
  readonly emailThreepid: { readonly medium: 'email'; readonly address: string; readonly validatedAt: number } | undefined;
  /** The localpart that was asked for, undefined when the server will choose one. */
  readonly username: string | undefined;
  readonly requestInfo: readonly (readonly [userAgent: string, ip: string])[];
  readonly authProviderId: string | undefined;
}

/** Somebody proved who they are and wants a device: what `check_login_for_spam` is asked about. */
export interface LoginAttempt {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  readonly initialDisplayName: string | undefined;
  readonly requestInfo: readonly (readonly [userAgent: string, ip: string])[];
  readonly authProviderId: string | undefined;
}

/** A module knows who this is. */
export interface AuthenticatedByModule {
  /** As the module wrote it: a localpart or a whole id. */
  readonly userId: string;
  /** What the module makes of the reply of the login before it is sent; undefined where it leaves it alone. */
  readonly afterLogin: ((reply: JsonObject) => Promise<JsonObject>) | undefined;
}

/** What came of somebody's wish to renew their account. */
export interface Renewal {
  readonly outcome: 'renewed' | 'renewed-before' | 'refused';
  /** Milliseconds since the epoch. */
  readonly expiresTs: number;
}

/** How much a user may upload in a period. */
export interface MediaUploadLimit {
  readonly maxBytes: number;
  /** ms */
  readonly timePeriodMs: number;
  /** Where users read more about it. */
  readonly infoUri?: string | undefined;
  /** Whether the user could have a higher limit. */
  readonly canUpgrade?: boolean | undefined;
}

/** Another rate limit for one user; `perSecond` 0 lifts the limit. */
export interface RatelimitOverride {
  readonly perSecond: number;
  readonly burstCount: number;
}

export interface UserProfile {
  readonly userId: UserId;
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
}

/** A file that is stored but that nobody can read yet. */
export interface FileWrapper {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  stream(): AsyncIterable<Uint8Array>;
}

export interface FileInfo {
  /** Undefined for a local file. */
  readonly serverName: string | undefined;
  readonly fileId: string;
  readonly mediaType: string;
  /** The user who uploads, undefined for a remote file. */
  readonly uploader: UserId | undefined;
  readonly thumbnail: { readonly width: number; readonly height: number; readonly method: 'crop' | 'scale'; readonly type: string } | undefined;
  readonly urlCache: boolean;
}

/** A file of media, as it is called here and in a storage. */
export interface MediaFileName {
  /** Folders and hash: `ab/cd/abcd…`. */
  readonly key: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Takes a file from one storage or another. */
export interface FileTarget {
  /** Begins anew. @returns takes the next piece, in order; it throws when there are too many bytes, or when somebody else has begun since */
  begin(): (piece: Uint8Array) => Promise<void>;
  /** Whether what came since is the file that is wanted, by size and hash. */
  readonly isWhole: boolean;
}

/** https://spec.matrix.org/v1.19/client-server-api/#presence */
export interface PresenceState {
  readonly userId: UserId;
  readonly state: 'online' | 'unavailable' | 'offline';
  readonly statusMsg: string | undefined;
  /** Milliseconds since the epoch; 0 when the user was never seen. */
  readonly lastActiveTs: number;
  readonly currentlyActive: boolean;
}

/** What a module keeps of a user. */
export interface UserDataOfModule {
  readonly module: string;
  readonly data: JsonObject;
}

/** A module lets a portion of work in the background begin. */
export interface Leave {
  /** How long the portion should take. */
  readonly ms: number;
  /** The module has ended before it gave leave. */
  readonly isVoid: boolean;
  /** The portion is over. Resolves once the module lets the next one be asked for; never rejects. */
  end(): Promise<void>;
}
