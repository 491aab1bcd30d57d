import type { StateEvent } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import { spaceChildren } from '../../core/space-children.ts';
import type { Work } from '../../kernel/work.ts';
import * as spaceChildEvents from '../../store/space-children.ts';
import { previewOf, type RoomPreview } from '../rooms/room-preview.ts';

/** A room of the tree, with what its own state says of its children; rooms that are no spaces have none. */
export interface RoomOfSpace {
  readonly preview: RoomPreview;
  readonly children: readonly StateEvent[];
}

export interface SpaceWalkOptions {
  readonly viewer: UserId;
  /** How many steps below the root rooms may lie. */
  readonly maxDepth: number;
  readonly suggestedOnly: boolean;
}

/** Rooms that one walk looks at, and children that count of one space: nobody looks at a larger tree. */
const MAX_ROOMS = 2_000;
const MAX_CHILDREN = 1_000;

/**
 * A walk over the tree below a space, depth first. Each room is met once, wherever else it hangs in the tree, so that loops end.
 * What the viewer may not know of is passed over, with all that lies below it.
 */
export class SpaceWalk {
  readonly #options: SpaceWalkOptions;
  /** The next room is the last of these. */
  readonly #ahead: { readonly roomId: RoomId; readonly depth: number }[];
  readonly #seen = new Set<RoomId>();

  constructor(root: RoomId, options: SpaceWalkOptions) {
    this.#options = options;
    this.#ahead = [{ roomId: root, depth: 0 }];
  }

  /** How many rooms were looked at, visible or not. */
  get steps(): number {
    return this.#seen.size;
  }

  /** True when there is nothing more to look at. */
  get isOver(): boolean {
    return this.#ahead.length === 0 || this.#seen.size >= MAX_ROOMS;
  }

  /** Looks at the next room. @returns undefined when the viewer may not know of it, or it was met before */
  *step(): Work<RoomOfSpace | undefined> {
    const next = this.#ahead.pop();
    if (next === undefined || this.#seen.has(next.roomId)) return undefined;
    this.#seen.add(next.roomId);
    const preview = yield* previewOf(next.roomId, this.#options.viewer);
    if (preview === undefined) return undefined;
    const isSpace = preview.summary.roomType === 'm.space';
    const children = isSpace ? spaceChildren(yield* spaceChildEvents.listOf(next.roomId, MAX_CHILDREN), this.#options) : [];
    if (next.depth < this.#options.maxDepth) {
      this.#ahead.push(...children.toReversed().map(({ stateKey }) => ({ roomId: stateKey as RoomId, depth: next.depth + 1 })));
    }
    return { preview, children };
  }
}
