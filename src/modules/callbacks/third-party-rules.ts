import type { ThirdPartyRulesGates, ThirdPartyRulesInquiries, ThirdPartyRulesListeners } from '../../kernel/questions/third-party-rules.ts';
import { eventVerdict, rewrite, signing } from '../combinations.ts';
import { ModuleEvent } from '../views/module-event.ts';
import { moduleRequester } from '../views/module-requester.ts';
import { StateEvents } from '../views/state-events.ts';
import { gate, inquiry, listener, type CallbacksOf } from './callback.ts';
import { ofEvent } from './spam-checker.ts';

type Names = keyof ThirdPartyRulesGates | keyof ThirdPartyRulesInquiries | keyof ThirdPartyRulesListeners;

export const THIRD_PARTY_RULES: CallbacksOf<Names> = {
  check_event_allowed: inquiry(eventVerdict('This event is not allowed in this room'), {
    present: ([event, state]) => [new ModuleEvent(event), new StateEvents(state)],
    subject: ([event]) => ofEvent(event),
  }),
  sign_event: inquiry(signing('This event may not be sent to this room'), {
    present: ([event, state]) => [new ModuleEvent(event), new StateEvents(state)],
    subject: ([event]) => ofEvent(event),
  }),
  on_create_room: inquiry(rewrite, {
    present: ([requester, content, isAdmin]) => [moduleRequester(requester), content, isAdmin],
    subject: ([requester]) => ({ userId: requester.userId }),
  }),
  check_threepid_can_be_invited: gate('This address may not be invited to this room', {
    present: ([medium, address, state]) => [medium, address, new StateEvents(state)],
    subject: ([medium]) => ({ medium }),
  }),
  check_visibility_can_be_modified: gate('The visibility of this room may not be changed so', {
    present: ([roomId, state, visibility]) => [roomId, new StateEvents(state), visibility],
    subject: ([roomId]) => ({ roomId }),
  }),
  check_can_shutdown_room: gate('This room may not be shut down', { subject: ([userId, roomId]) => ({ userId, roomId }) }),
  check_can_deactivate_user: gate('This account may not be deactivated', { subject: ([userId]) => ({ userId }) }),
  on_new_event: listener({
    present: ([event, state]) => [new ModuleEvent(event), new StateEvents(state)],
    subject: ([event]) => ofEvent(event),
  }),
  on_profile_update: listener({
    present: ([userId, { displayName, avatarUrl }, byAdmin, deactivation]) => [
      userId,
      Object.freeze({ displayName, avatarUrl }),
      byAdmin,
      deactivation,
    ],
    subject: ([userId]) => ({ userId }),
  }),
  on_user_deactivation_status_changed: listener({ subject: ([userId]) => ({ userId }) }),
  on_threepid_bind: listener({ subject: ([userId, medium]) => ({ userId, medium }) }),
  on_add_user_third_party_identifier: listener({ subject: ([userId, medium]) => ({ userId, medium }) }),
  on_remove_user_third_party_identifier: listener({ subject: ([userId, medium]) => ({ userId, medium }) }),
};
