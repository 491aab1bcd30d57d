import type { UserId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import { wirePresence, type PresenceContent } from '../../engine/presence/wire-presence.ts';
import * as presence from '../../store/presence.ts';
import { defineRead } from '../define.ts';

const NEVER_SEEN: PresenceContent = { presence: 'offline' };

/**
 * The presence of oneself, of those with whom one shares a room, and of those whom a module lets one see.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3presenceuseridstatus
 */
export const getPresence = defineRead({
  name: 'get-presence',
  async prepare(context, who, input: { readonly userId: UserId }, ask) {
    const [viewer, { userId }] = [who.userId, input];
    const now = context.clock.now();
    const routed = context.routedPresence.find(viewer, userId);
    if (routed !== undefined) return wirePresence(routed, now);
    const shared = viewer === userId || (await context.read(() => presence.sharingRooms(viewer, [userId]))).size > 0;
    const interested = shared || (await ask('get_interested_users', viewer));
    if (interested !== true && interested !== 'ALL' && !interested.has(userId)) {
      throw forbidden(`You share no room with ${userId}, so you may not see their presence`);
    }
    const found = await context.presence.find(viewer, userId);
    return found === undefined ? NEVER_SEEN : wirePresence(found, now);
  },
});
