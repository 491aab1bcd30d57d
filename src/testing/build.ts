import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import { checkEventSize, makeEvent, parseEvent } from '../core/events.ts';
import { DEFAULT_ROOM_VERSION, roomVersion, type RoomVersion } from '../core/room-versions.ts';
import { serverOf, type DeviceId, type EventId, type RoomId, type UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { createSigningKey } from '../core/signatures.ts';
import type { StateView } from '../kernel/event-plan.ts';
import type { FileInfo, FileWrapper, LoginAttempt, PresenceState, RegistrationAttempt, UserProfile } from '../kernel/question-values.ts';
import type { Requester } from '../kernel/requester.ts';

const ALICE = '@alice:localhost';
const ROOM = '!room:localhost';
const KEY = createSigningKey('ed25519:test', Buffer.alloc(32, 2));
const NOON = Date.UTC(2026, 0, 1, 12);

/** What an event is to be; everything has a default. */
export interface EventWish {
  readonly type?: string;
  readonly sender?: string;
  readonly roomId?: string;
  /** Makes it a state event. */
  readonly stateKey?: string;
  readonly content?: JsonObject;
  /** The event that it redacts. */
  readonly redacts?: string;
  /** Milliseconds since the epoch. */
  readonly originServerTs?: number;
}

/** An event as the server would have it: hashed, signed, and of the right format. @throws InvalidEvent, TooLarge, NotCanonical */
function event(wish: EventWish = {}): Event {
  const { type = 'm.room.message', sender = ALICE, roomId = ROOM, stateKey, redacts } = wish;
  const content = wish.content ?? (type === 'm.room.message' ? { msgtype: 'm.text', body: 'hello' } : {});
  const template = { type, sender: sender as UserId, stateKey, content, redacts: redacts as EventId | undefined };
  const version = versionFor(roomId);
  const place = { roomId: roomId as RoomId, prevEvents: [], authEvents: [], depth: 2, originServerTs: wish.originServerTs ?? NOON };
  const made = makeEvent(template, place, version, serverOf(template.sender), KEY);
  checkEventSize(made);
  return parseEvent(made.pdu, version);
}

/** In the newest versions the id of a room is that of its first event, and names no server. */
function versionFor(roomId: string): RoomVersion {
  const version = roomVersion(roomId.includes(':') ? '11' : DEFAULT_ROOM_VERSION);
  if (version === undefined) throw new Error('The version of the room is not known');
  return version;
}

/** The state of a room that these events make; of two for one place the later. */
function state(...events: readonly Event[]): StateView {
  const find = (type: string, stateKey: string): Event | undefined => events.findLast((one) => one.type === type && one.stateKey === stateKey);
  return {
    get: (type, stateKey) => Promise.resolve(find(type, stateKey)),
    has: (type, stateKey) => Promise.resolve(find(type, stateKey) !== undefined),
    async *[Symbol.asyncIterator]() {
      for (const one of events) {
        if (one.stateKey !== undefined && find(one.type, one.stateKey) === one) yield [one.type, one.stateKey, one] as const;
      }
      await Promise.resolve();
    },
  };
}

const profile = (userId = ALICE, fields: { readonly displayName?: string; readonly avatarUrl?: string } = {}): UserProfile => ({
  userId: userId as UserId,
  displayName: fields.displayName,
  avatarUrl: fields.avatarUrl,
});

let files = 0;
let folderOfFiles: string | undefined;

function filesFolder(): string {
  if (folderOfFiles !== undefined) return folderOfFiles;
  const folder = mkdtempSync(join(tmpdir(), 'plexus-files-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  folderOfFiles = folder;
  return folder;
}

/** A file with these bytes, which lies in the folder for temporary files until the process ends. */
function file(content: string | Uint8Array = 'hello'): FileWrapper {
  const bytes = Buffer.from(content as string);
  const path = join(filesFolder(), `file-${files++}`);
  writeFileSync(path, bytes);
  return {
    path,
    size: bytes.length,
    async *stream() {
      yield bytes;
      await Promise.resolve();
    },
  };
}

const fileInfo = (wish: Partial<Omit<FileInfo, 'uploader'>> & { readonly uploader?: string } = {}): FileInfo => ({
  serverName: undefined,
  fileId: 'file',
  mediaType: 'text/plain',
  thumbnail: undefined,
  urlCache: false,
  ...wish,
  uploader: (wish.uploader ?? ALICE) as UserId,
});

const requester = (userId = ALICE, wish: Partial<Omit<Requester, 'userId'>> = {}): Requester => ({
  origin: 'client',
  ip: '127.0.0.1',
  userAgent: 'plexus/testing',
  deviceId: 'DEVICE' as DeviceId,
  tokenId: undefined,
  isGuest: false,
  isAdmin: false,
  shadowBanned: false,
  appServiceId: undefined,
  ...wish,
  userId: userId as UserId,
});

const registration = (wish: Partial<RegistrationAttempt> = {}): RegistrationAttempt => ({
  emailThreepid: undefined,
  username: 'alice',
  requestInfo: [['plexus/testing', '127.0.0.1']],
  authProviderId: undefined,
  ...wish,
});

const login = (userId = ALICE, wish: Partial<Omit<LoginAttempt, 'userId'>> = {}): LoginAttempt => ({
  deviceId: undefined,
  initialDisplayName: undefined,
  requestInfo: [['plexus/testing', '127.0.0.1']],
  authProviderId: undefined,
  ...wish,
  userId: userId as UserId,
});

const presence = (userId = ALICE, wish: Partial<Omit<PresenceState, 'userId'>> = {}): PresenceState => ({
  state: 'online',
  statusMsg: undefined,
  lastActiveTs: NOON,
  currentlyActive: true,
  ...wish,
  userId: userId as UserId,
});

/** Makes what callbacks are asked about, for `callHook`. */
export const build = { event, state, profile, file, fileInfo, requester, registration, login, presence } as const;
