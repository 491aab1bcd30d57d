import type { UserId } from '../../core/identifiers.ts';
import { newSession, openSession, type DeviceSession, type DeviceWish } from '../../engine/accounts/device-session.ts';
import { notFound } from '../../kernel/errors.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface Registration extends DeviceWish {
  readonly userId: UserId;
}

interface OpenedSession {
  readonly session: DeviceSession;
  /** Of whoever had the device before. */
  readonly ended: readonly EndedToken[];
}

/** Logs a user in without asking for a proof, on behalf of a module that has one. @throws M_NOT_FOUND, M_INVALID_PARAM */
export const registerDevice = defineOperation({
  name: 'register-device',
  prepare(context, who: Caller, { userId, ...wish }: Registration) {
    return { userId, session: newSession(wish, who, context.clock.now(), context.config.tokens.refreshable_access_lifetime) };
  },
  *commit({ userId, session }): Work<OpenedSession> {
    const user = yield* users.find(userId);
    if (user === undefined || user.isDeactivated) throw notFound(`There is no account ${userId}`);
    return { session: session.session, ended: yield* openSession(userId, session) };
  },
  listeners: (_draft, { ended }) => ({ on_logged_out: loggedOut(ended) }),
});
