import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { changeProfile } from '../../engine/profiles/change-profile.ts';
import { toldOfProfile } from '../../engine/profiles/told-of-profile.ts';
import { mayChange } from '../../engine/profiles/may-change.ts';
import { checkFieldName, checkFieldValue } from '../../engine/profiles/profile-field.ts';
import { missingParam } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface FieldChange {
  readonly userId: UserId;
  readonly field: string;
  /** An object with the field's name as its key. */
  readonly content: JsonObject;
}

/**
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname
 * @throws M_FORBIDDEN, M_GUEST_ACCESS_FORBIDDEN, M_INVALID_PARAM, M_BAD_JSON, M_MISSING_PARAM, M_KEY_TOO_LARGE, M_PROFILE_TOO_LARGE
 */
export const setProfileField = defineOperation({
  name: 'set-profile-field',
  prepare(_context, who: Requester, { userId, field, content }: FieldChange) {
    checkFieldName(field);
    mayChange(who, userId, field);
    const value: JsonValue | undefined = Object.hasOwn(content, field) ? content[field] : undefined;
    if (value === undefined) throw missingParam(`The body needs the key ${field}`);
    return { who, userId, field, value: checkFieldValue(field, value) };
  },
  *commit({ userId, field, value }): Work<JsonObject | undefined> {
    return yield* changeProfile(userId, field, value);
  },
  listeners: ({ who }, profile) => toldOfProfile(who.userId, profile, who),
});
