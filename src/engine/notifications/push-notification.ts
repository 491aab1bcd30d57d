import { isState } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
import { tweaksOf } from '../../core/push-rules/actions.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import type { QueuedPush } from '../../store/push-queue.ts';
import type { Pusher } from '../../store/pushers.ts';
import * as roomSummaries from '../../store/room-summaries.ts';

/** A change of the count of unread messages; here a 0 must be said, or the old count would stay. */
export const badgeNotification = (pusher: Pusher, unread: number): JsonObject => ({ counts: { unread }, devices: [deviceOf(pusher)] });

/** An event, as the body of a push has it: https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify */
export function* eventNotification(pusher: Pusher, { actions }: QueuedPush, { event }: StoredEvent, unread: number): Work<JsonObject> {
  const tweaks = tweaksOf(actions);
  const isUrgent = (tweaks.get('highlight') ?? false) !== false || tweaks.has('sound');
  const always = {
    event_id: event.eventId,
    room_id: event.roomId,
    prio: isUrgent ? 'high' : 'low',
    ...(unread > 0 && { counts: { unread } }),
  };
  if (pusher.data['format'] === 'event_id_only') return { ...always, devices: [deviceOf(pusher)] };
  const sender = yield* memberships.find(event.roomId, event.sender);
  const room = yield* roomSummaries.find(event.roomId);
  return {
    ...always,
    type: event.type,
    sender: event.sender,
    content: event.content,
    ...(isState(event) && event.type === 'm.room.member' && { user_is_target: event.stateKey === pusher.userId }),
    ...(typeof sender?.displayName === 'string' && { sender_display_name: sender.displayName }),
    ...(typeof room?.name === 'string' && { room_name: room.name }),
    ...(typeof room?.canonicalAlias === 'string' && { room_alias: room.canonicalAlias }),
    devices: [{ ...deviceOf(pusher), tweaks: Object.fromEntries(tweaks) }],
  };
}

/** A pusher, as the gateway knows its device. */
export function deviceOf({ appId, pushkey, pushkeyTs, data }: Pusher): JsonObject {
  const { url: _known, ...rest } = data;
  return { app_id: appId, pushkey, pushkey_ts: Math.floor(pushkeyTs / 1000), data: rest };
}
