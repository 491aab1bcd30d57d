import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as profiles from '../../store/profiles.ts';
import * as users from '../../store/users.ts';
import { defineRead } from '../define.ts';

interface Wanted {
  readonly userId: UserId;
  /** All fields when it is undefined. */
  readonly field?: string | undefined;
}

/**
 * A profile, or one field of it as an object with that key alone.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid
 * @throws M_NOT_FOUND when there is no such user or field
 */
export const getProfile = defineRead({
  name: 'get-profile',
  async prepare(context, _who: Caller, { userId, field }: Wanted): Promise<JsonObject> {
    const user = await context.read(() => users.find(userId));
    if (user === undefined || user.isDeactivated) throw notFound(`${userId} is not known here`);
    const profile = await context.read(() => profiles.find(userId));
    if (field === undefined) return profile;
    const value = Object.hasOwn(profile, field) ? profile[field] : undefined;
    if (value === undefined) throw notFound(`${userId} has no profile field ${field}`);
    return { [field]: value };
  },
});
