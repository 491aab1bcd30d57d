/**
 * Who may see what, as the specification has it: https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility
 * A room goes through some steps. At the beginning of each its history visibility is set, then everybody moves, then things are said.
 */
export type Membership = 'none' | 'invite' | 'join' | 'leave' | 'ban' | 'knock';
export type Visibility = 'world_readable' | 'shared' | 'invited' | 'joined' | 'absent';

export const STEPS = 5;

/** What somebody does in a room. */
export interface Way {
  readonly name: string;
  /** What they are after the moves of each step. */
  readonly path: readonly Membership[];
  /** Whether they forget the room in the end. */
  readonly forgets: boolean;
  readonly isGuest: boolean;
}

/** How they come to be what they are when the event of step 1 is sent… */
const AT_THE_EVENT: Readonly<Record<string, readonly Membership[]>> = {
  never: ['none', 'none'],
  invited: ['none', 'invite'],
  joined: ['join', 'join'],
  left: ['join', 'leave'],
  banned: ['join', 'ban'],
  knocked: ['none', 'knock'],
};
/** …and what they do later; undefined to stay what they are. */
const LATER: Readonly<Record<string, readonly Membership[] | undefined>> = {
  'stays so': undefined,
  joined: ['join', 'join', 'join'],
  left: ['join', 'leave', 'leave'],
  rejoined: ['join', 'leave', 'join'],
  forgotten: ['join', 'leave', 'leave'],
};

export const WAYS: readonly Way[] = [
  ...Object.entries(AT_THE_EVENT).flatMap(([at, before]) =>
    Object.entries(LATER).flatMap(([later, after]) => {
      if (at === later) return [];
      const path = [...before, ...(after ?? Array.from({ length: STEPS - before.length }, () => before.at(-1) ?? 'none'))];
      return { name: `${at}, later ${later}`, path, forgets: later === 'forgotten', isGuest: false };
    }),
  ),
  { name: 'never, later banned', path: ['none', 'none', 'join', 'join', 'ban'], forgets: false, isGuest: false },
  { name: 'joined, later banned', path: ['join', 'join', 'join', 'join', 'ban'], forgets: false, isGuest: false },
  { name: 'joined, later invited again', path: ['join', 'join', 'join', 'leave', 'invite'], forgets: false, isGuest: false },
  { name: 'guest who looks in', path: ['none', 'none', 'none', 'none', 'none'], forgets: false, isGuest: true },
  { name: 'guest who is joined', path: ['none', 'join', 'join', 'join', 'join'], forgets: false, isGuest: true },
  { name: 'guest who has left', path: ['none', 'join', 'leave', 'leave', 'leave'], forgets: false, isGuest: true },
];

/** The history visibility of each room, step by step. */
export const ROOMS: Readonly<Record<string, readonly Visibility[]>> = {
  world_readable: ['world_readable', 'world_readable', 'world_readable', 'world_readable', 'world_readable'],
  shared: ['shared', 'shared', 'shared', 'shared', 'shared'],
  invited: ['invited', 'invited', 'invited', 'invited', 'invited'],
  joined: ['joined', 'joined', 'joined', 'joined', 'joined'],
  closing: ['joined', 'world_readable', 'invited', 'absent', 'joined'],
  opening: ['absent', 'joined', 'shared', 'invited', 'world_readable'],
};

/** Who goes through a room: everybody, but every other one only where the visibility changes, to save time. */
export const waysIn = (room: string): readonly Way[] =>
  WAYS.filter((_, index) => new Set(ROOMS[room]).size === 1 || index % 2 === (room === 'opening' ? 1 : 0));

/** What is sent at each step: the visibility before all else, then the topic, and so on. */
export type Kind = 'visibility' | 'topic' | 'message' | 'reference' | 'edit';
export interface Sent {
  readonly kind: Kind;
  readonly step: number;
}

/** Occurs in the event's content, and in no other's. */
export const markOf = ({ kind, step }: Sent): string => `${kind}${step}`;
const MARK = /\b(visibility|topic|message|reference|edit)\d\b/g;

/** All marks in a part of a reply, each once, in order. */
export const marksIn = (part: unknown): string[] => [...new Set((JSON.stringify(part) ?? '').match(MARK))].toSorted();

const KINDS: readonly Kind[] = ['visibility', 'topic', 'message', 'reference', 'edit'];
export const SENT: readonly Sent[] = Array.from({ length: STEPS }, (_, step) => KINDS.map((kind): Sent => ({ kind, step }))).flat();

/** One user in one room, at the end of the story. */
export class Case {
  readonly way: Way;
  readonly room: string;
  readonly #visibilities: readonly Visibility[];

  constructor(way: Way, room: string) {
    this.way = way;
    this.room = room;
    this.#visibilities = ROOMS[room] ?? [];
  }

  get membership(): Membership {
    return this.way.path.at(-1) ?? 'none';
  }
  get isMember(): boolean {
    return this.membership === 'join';
  }
  /** "A user will no longer be able to retrieve history" of a room that they forgot. */
  get #isOutsider(): boolean {
    return this.way.forgets || !this.way.path.includes('join');
  }
  /** At which step the last stay ended, for who is not in the room but was. */
  get departure(): number | undefined {
    return this.isMember || this.#isOutsider ? undefined : this.way.path.lastIndexOf('join') + 1;
  }
  get isOpen(): boolean {
    return this.#visibilities.at(-1) === 'world_readable';
  }
  /** Whether they may look into the room at all. */
  get mayRead(): boolean {
    return this.isMember || this.departure !== undefined || this.isOpen;
  }

  /** The rules 1 to 5, and what is said before them and of events that change the visibility. */
  sees(sent: Sent): boolean {
    const { path } = this.way;
    const { kind, step } = sent;
    const isBeforeMoves = kind === 'visibility';
    const membership = isBeforeMoves ? (path[step - 1] ?? 'none') : path[step];
    const visibilities = [this.#visibilities[step], isBeforeMoves ? this.#visibilities[Math.max(0, step - 1)] : undefined];
    // "In all cases except `world_readable`, a user needs to join a room to view events in that room": those are outside.
    const isOutside = this.#isOutsider || this.#isAfterDeparture(sent);
    const joinsLater = path.slice(isBeforeMoves ? step : step + 1).includes('join');
    return visibilities.some((visibility) => {
      if (visibility === 'world_readable') return true;
      if (isOutside || visibility === undefined) return false;
      if (membership === 'join') return true;
      if ((visibility === 'shared' || visibility === 'absent') && joinsLater) return true;
      return visibility === 'invited' && membership === 'invite';
    });
  }

  /** The same for roads that go through a room: "no events received after they left". */
  meets(sent: Sent): boolean {
    return this.sees(sent) && !this.#isAfterDeparture(sent);
  }

  /** The marks of what they meet, of some kinds, in order. */
  met(kinds: readonly Kind[] = KINDS, fromStep = 0): string[] {
    const found = SENT.filter((sent) => kinds.includes(sent.kind) && sent.step >= fromStep && this.meets(sent));
    return found.map(markOf).toSorted();
  }

  /** The step whose topic they read: "If the user has left the room then the state is taken from the state of the room when they left." */
  get stateStep(): number {
    return this.departure === undefined ? STEPS - 1 : this.departure - 1;
  }

  #isAfterDeparture({ kind, step }: Sent): boolean {
    const { departure } = this;
    return departure !== undefined && (kind === 'visibility' ? step > departure : step >= departure);
  }
}
