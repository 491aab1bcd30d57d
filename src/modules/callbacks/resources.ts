import type { ResourceGates, ResourceInquiries, ResourceListeners } from '../../kernel/questions/resources.ts';
import { first, merged } from '../combinations.ts';
import { readOptionalFields, readRatelimit, readUploadLimits } from '../results.ts';
import { copyJson, freezeJson } from '../views/copies.ts';
import { ModuleEvent } from '../views/module-event.ts';
import { gate, inquiry, listener, type CallbacksOf } from './callback.ts';
import { ofEvent } from './spam-checker.ts';

type Names = keyof ResourceGates | keyof ResourceInquiries | keyof ResourceListeners;
type Of<N extends Names> = CallbacksOf<N>;

export const MEDIA_REPOSITORY: Of<
  'get_media_config_for_user' | 'is_user_allowed_to_upload_media_of_size' | 'get_media_upload_limits_for_user' | 'on_media_upload_limit_exceeded'
> = {
  get_media_config_for_user: inquiry(first(readOptionalFields, undefined), { subject: ([userId]) => ({ userId }) }),
  is_user_allowed_to_upload_media_of_size: gate('This file is larger than what you may upload', {
    rule: { status: 413, errcode: 'M_TOO_LARGE' },
    subject: ([userId]) => ({ userId }),
  }),
  get_media_upload_limits_for_user: inquiry(first(readUploadLimits, undefined), { subject: ([userId]) => ({ userId }) }),
  on_media_upload_limit_exceeded: listener({
    present: ([userId, limit, sentBytes, attemptedBytes]) => [userId, Object.freeze({ ...limit }), sentBytes, attemptedBytes],
    subject: ([userId]) => ({ userId }),
  }),
};

export const RATELIMIT: Of<'get_ratelimit_override_for_user'> = {
  get_ratelimit_override_for_user: inquiry(first(readRatelimit, undefined), { subject: ([userId]) => ({ userId }) }),
};

export const ACCOUNT_DATA: Of<'on_account_data_updated'> = {
  on_account_data_updated: listener({
    present: ([userId, roomId, type, content]) => [userId, roomId ?? null, type, freezeJson(copyJson(content))],
    subject: ([userId, roomId]) => ({ userId, roomId }),
  }),
};

export const UNSIGNED_FIELDS: Of<'add_field_to_unsigned_callback'> = {
  // A module that fails adds nothing: nobody is kept from their rooms by it.
  add_field_to_unsigned_callback: inquiry(merged, {
    present: ([event]) => [new ModuleEvent(event)],
    subject: ([event]) => ofEvent(event),
    contained: true,
  }),
};
