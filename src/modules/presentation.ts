import type { Event } from '../core/event.ts';
import type { CallbackName, Listeners, ListenerName, Occasion, QuestionName, Questions } from '../kernel/questions.ts';
import type { Subject } from './decisions.ts';
import { copyJson, freezeJson } from './views/copies.ts';
import { ModuleEvent } from './views/module-event.ts';
import { moduleFile, moduleFileInfo } from './views/module-file.ts';
import { moduleProfile } from './views/module-profile.ts';
import { moduleRequester } from './views/module-requester.ts';
import { StateEvents } from './views/state-events.ts';

type ArgsOf<N extends CallbackName> = N extends QuestionName ? Questions[N]['args'] : N extends ListenerName ? Listeners[N] : never;

interface Presentation<Args extends readonly unknown[]> {
  /** The arguments as modules get them: copies or frozen. */
  readonly args: (args: Args, occasion: Occasion) => readonly unknown[];
  /** What it is about, for the decision trail. */
  readonly subject: (args: Args) => Subject;
}

const ofEvent = ({ roomId, eventId, type }: Event): Subject => ({ roomId, eventId, eventType: type });

/** How the server's questions are put to modules. */
const PRESENTATIONS: { readonly [N in CallbackName]: Presentation<ArgsOf<N>> } = {
  check_event_for_spam: { args: ([event]) => [new ModuleEvent(event)], subject: ([event]) => ofEvent(event) },
  check_event_allowed: { args: ([event, state]) => [new ModuleEvent(event), new StateEvents(state)], subject: ([event]) => ofEvent(event) },
  user_may_invite: { args: (args) => args, subject: ([, userId, roomId]) => ({ userId, roomId }) },
  user_may_create_room: { args: ([userId, config]) => [userId, freezeJson(copyJson(config))], subject: ([userId]) => ({ userId }) },
  user_may_create_room_alias: { args: (args) => args, subject: ([, alias]) => ({ alias }) },
  user_may_publish_room: { args: (args) => args, subject: ([, roomId]) => ({ roomId }) },
  check_media_file_for_spam: {
    args: ([file, info]) => [moduleFile(file), moduleFileInfo(info)],
    subject: ([, info]) => ({ fileId: info.fileId }),
  },
  on_create_room: {
    args: ([requester, content, isAdmin]) => [moduleRequester(requester), content, isAdmin],
    subject: ([requester]) => ({ userId: requester.userId }),
  },
  check_registration_for_spam: {
    args: ([{ emailThreepid: email, username, requestInfo, authProviderId }]) => [
      email === undefined ? null : Object.freeze({ medium: email.medium, address: email.address, validated_at: email.validatedAt }),
      username ?? null,
      freezeJson(copyJson(requestInfo)),
      authProviderId ?? null,
    ],
    subject: ([{ username }]) => ({ username }),
  },
  check_username_for_spam: {
    args: ([profile], occasion) => [moduleProfile(profile), occasion.userId],
    subject: ([profile]) => ({ userId: profile.userId }),
  },
  is_user_expired: { args: (args) => args, subject: ([userId]) => ({ userId }) },
  get_users_for_states: { args: ([states]) => [Object.freeze(states.map((state) => Object.freeze({ ...state })))], subject: () => ({}) },
  get_interested_users: { args: (args) => args, subject: ([userId]) => ({ userId }) },
  on_user_registration: { args: (args) => args, subject: ([userId]) => ({ userId }) },
};

/** The same with the types forgotten, for calls that were typed where they came in. */
export const presentationOf = (name: CallbackName): Presentation<readonly unknown[]> =>
  PRESENTATIONS[name] as unknown as Presentation<readonly unknown[]>;
