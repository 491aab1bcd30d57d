import type { UserId } from '../../core/identifiers.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as externalIds from '../../store/external-ids.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface Belonging {
  readonly external: externalIds.ExternalId;
  readonly userId: UserId;
}

/** Notes who an account belongs to at another provider of identities. @throws M_NOT_FOUND; M_INVALID_PARAM when it is somebody else's */
export const recordExternalId = defineOperation({
  name: 'record-external-id',
  prepare: (_context, _who: Caller, belonging: Belonging) => belonging,
  *commit({ external, userId }): Work<void> {
    if (!(yield* users.exists(userId))) throw notFound(`There is no account ${userId}`);
    const owner = yield* externalIds.ownerOf(external);
    if (owner !== undefined && owner !== userId) throw invalidParam(`${external.subject} at ${external.provider} belongs to ${owner} already`);
    if (owner === undefined) yield* externalIds.add(external, userId);
  },
});
