import type { RoomId } from '../core/identifiers.ts';
import { BoundedQueue } from '../kernel/bounded-queue.ts';
import { limitExceeded, MatrixError } from '../kernel/errors.ts';
import type { EventPlan } from '../kernel/event-plan.ts';
import { placeOfWork, whereWeAre, type Turn } from '../kernel/place-of-work.ts';

/** Operations that wait for their turn in one room, and after how long somebody who found the queue full may try again (ms). */
const MAX_WAITING = 100;
const TRY_AGAIN = 1_000;

/**
 * Lets one operation at a time sign events of a room and store them: the signature of another server holds for an event in its place only, and
 * who came first would have to ask for another one whenever somebody else was quicker. Only those wait whose events are signed.
 */
export class SigningTurns {
  readonly #queues = new Map<RoomId, BoundedQueue>();

  /**
   * Does something once it is this operation's turn in each of some rooms.
   * @throws M_LIMIT_EXCEEDED where too many wait; M_UNKNOWN (500) for what a module does in the course of somebody's turn: it might wait for itself
   */
  async hold<T>(rooms: readonly RoomId[], work: () => Promise<T>): Promise<T> {
    const place = whereWeAre();
    if (place.turn?.isHeld === true) throw actingWhileSigning('whose events are to be signed');
    const turn: Turn = { rooms, isHeld: true };
    const inTurn = async (): Promise<T> => {
      try {
        return await placeOfWork.run({ ...place, turn }, work);
      } finally {
        turn.isHeld = false;
      }
    };
    // Always in the same order, so that no two operations wait for each other.
    return this.#queued([...new Set(rooms)].toSorted(), inTurn);
  }

  async #queued<T>([room, ...others]: readonly RoomId[], work: () => Promise<T>): Promise<T> {
    if (room === undefined) return work();
    const queue = this.#queues.get(room) ?? new BoundedQueue({ atOnce: 1, maxWaiting: MAX_WAITING });
    if (queue.isFull) throw limitExceeded(TRY_AGAIN, 'Too many events of this room wait to be signed; try again later');
    this.#queues.set(room, queue);
    try {
      return await queue.run(() => this.#queued(others, work));
    } finally {
      if (queue.isIdle) this.#queues.delete(room);
    }
  }
}

/** Nobody may move a room from inside of the callback that signs an event of it. @throws M_UNKNOWN (500) */
export function refuseWithinTurn(plans: readonly EventPlan[]): void {
  const { turn } = whereWeAre();
  if (turn?.isHeld !== true) return;
  if (plans.some(({ room }) => room.id !== undefined && turn.rooms.includes(room.id))) throw actingWhileSigning('in the room of that event');
}

const actingWhileSigning = (where: string): MatrixError =>
  new MatrixError(500, 'M_UNKNOWN', `While a module signs an event it can do nothing ${where}; let it do so in the background`);
