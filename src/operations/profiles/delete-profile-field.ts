import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { changeProfile } from '../../engine/profiles/change-profile.ts';
import { toldOfProfile } from '../../engine/profiles/told-of-profile.ts';
import { mayChange } from '../../engine/profiles/may-change.ts';
import { checkFieldName } from '../../engine/profiles/profile-field.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface FieldDeletion {
  readonly userId: UserId;
  readonly field: string;
}

/**
 * Deletes a profile field; one that is not there is no error.
 * https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname
 * @throws M_FORBIDDEN, M_GUEST_ACCESS_FORBIDDEN, M_INVALID_PARAM, M_KEY_TOO_LARGE
 */
export const deleteProfileField = defineOperation({
  name: 'delete-profile-field',
  prepare(_context, who: Requester, { userId, field }: FieldDeletion) {
    checkFieldName(field);
    mayChange(who, userId, field);
    return { who, userId, field };
  },
  *commit({ userId, field }): Work<JsonObject | undefined> {
    return yield* changeProfile(userId, field, undefined);
  },
  listeners: ({ who }, profile) => toldOfProfile(who.userId, profile, who),
});
