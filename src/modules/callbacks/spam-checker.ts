import type { Event } from '../../core/event.ts';
import type { SpamCheckerGates, SpamCheckerInquiries } from '../../kernel/questions/spam-checker.ts';
import { registration, visibility } from '../combinations.ts';
import type { Subject } from '../../kernel/decisions.ts';
import { copyJson, freezeJson } from '../views/copies.ts';
import { ModuleEvent } from '../views/module-event.ts';
import { moduleFile, moduleFileInfo } from '../views/module-file.ts';
import { moduleProfile } from '../views/module-profile.ts';
import { gate, inquiry, type CallbacksOf } from './callback.ts';

export const ofEvent = ({ roomId, eventId, type }: Event): Subject => ({ roomId, eventId, eventType: type });

export const SPAM_CHECKER: CallbacksOf<keyof SpamCheckerGates | keyof SpamCheckerInquiries> = {
  check_event_for_spam: gate('This message was rejected as probable spam', {
    rule: { truth: 'refuses', reasons: true },
    present: ([event]) => [new ModuleEvent(event)],
    subject: ([event]) => ofEvent(event),
  }),
  user_may_join_room: gate('You may not join this room', { subject: ([userId, roomId]) => ({ userId, roomId }) }),
  user_may_invite: gate('You may not invite this user to this room', { subject: ([, userId, roomId]) => ({ userId, roomId }) }),
  user_may_send_3pid_invite: gate('You may not invite this address to this room', {
    subject: ([userId, medium, , roomId]) => ({ userId, roomId, medium }),
  }),
  user_may_create_room: gate('You may not create rooms', {
    present: ([userId, config]) => [userId, freezeJson(copyJson(config))],
    subject: ([userId]) => ({ userId }),
  }),
  user_may_create_room_alias: gate('You may not create this alias', { subject: ([, alias]) => ({ alias }) }),
  user_may_publish_room: gate('You may not publish this room in the directory', { subject: ([, roomId]) => ({ roomId }) }),
  user_may_send_state_event: gate('You may not send this state event', {
    rule: { truth: undefined },
    present: ([userId, roomId, type, stateKey, content]) => [userId, roomId, type, stateKey, freezeJson(copyJson(content))],
    subject: ([userId, roomId, eventType]) => ({ userId, roomId, eventType }),
  }),
  check_username_for_spam: inquiry(visibility({ refusal: 'This profile is hidden' }), {
    present: ([profile], occasion) => [moduleProfile(profile), occasion.userId],
    subject: ([profile]) => ({ userId: profile.userId }),
  }),
  check_registration_for_spam: inquiry(registration('This registration is not allowed'), {
    present: ([{ emailThreepid: email, username, requestInfo, authProviderId }]) => [
      email === undefined ? null : Object.freeze({ medium: email.medium, address: email.address, validated_at: email.validatedAt }),
      username ?? null,
      freezeJson(copyJson(requestInfo)),
      authProviderId ?? null,
    ],
    subject: ([{ username }]) => ({ username }),
  }),
  check_login_for_spam: gate('This login is not allowed', {
    rule: { truth: undefined },
    present: ([{ userId, deviceId, initialDisplayName, requestInfo, authProviderId }]) => [
      userId,
      deviceId ?? null,
      initialDisplayName ?? null,
      freezeJson(copyJson(requestInfo)),
      authProviderId ?? null,
    ],
    subject: ([{ userId }]) => ({ userId }),
  }),
  check_media_file_for_spam: gate('This file may not be stored here', {
    borrows: true,
    present: ([file, info]) => [moduleFile(file), moduleFileInfo(info)],
    subject: ([, info]) => ({ fileId: info.fileId }),
  }),
};
