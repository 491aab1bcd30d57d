import type { EventTemplate } from '../core/event.ts';
import { stringAt } from '../core/json.ts';
import { CONTRACT, type OperationName } from '../kernel/contract.ts';
import type { ContractLine } from '../kernel/contract/line.ts';
import { userLocked, userSuspended } from '../kernel/errors.ts';
import type { EventPlan } from '../kernel/event-plan.ts';
import type { Requester } from '../kernel/requester.ts';

/**
 * What administrators have barred somebody from: https://spec.matrix.org/v1.19/client-server-api/#account-moderation
 * @throws M_USER_LOCKED, M_USER_SUSPENDED
 */
export function refuseBarred(name: OperationName, { barred }: Requester): void {
  const line: ContractLine = CONTRACT[name];
  if (barred === 'locked' && line.locked !== 'may') throw userLocked();
  if (barred === 'suspended' && line.suspended === 'may-not') throw userSuspended();
}

/**
 * Of all events, the suspended may make only the one by which they leave a room, and redactions: that these are of their own events
 * is seen to where redactions are prepared (engine/rooms/redaction.ts).
 * @throws M_USER_SUSPENDED
 */
export function refuseSuspendedEvents(plans: readonly EventPlan[], who: Requester): void {
  if (who.barred !== 'suspended') return;
  for (const planned of plans.flatMap(({ events }) => events)) {
    if (typeof planned === 'function' || !isHarmless(planned)) throw userSuspended();
  }
}

/** Guests leave in their own names when a redaction closes a room to them. */
function isHarmless({ type, stateKey, sender, content }: EventTemplate): boolean {
  if (type === 'm.room.redaction') return stateKey === undefined;
  return type === 'm.room.member' && stateKey === sender && stringAt(content, 'membership') === 'leave';
}
