import type { Endpoint } from '../kernel/endpoint.ts';
import { ACCOUNT_MODERATION } from './client/account-moderation.ts';
import { DECISIONS } from './admin/decisions.ts';
import { ADMIN_REGISTER } from './admin/register.ts';
import { ADMIN_MEDIA } from './admin/media.ts';
import { MODULES } from './admin/modules.ts';
import { ADMIN_ROOMS } from './admin/rooms.ts';
import { REGISTRATION_TOKENS } from './admin/registration-tokens.ts';
import { ADMIN_SERVER_NOTICES } from './admin/server-notices.ts';
import { ADMIN_USERS } from './admin/users.ts';
import { TRACES } from './admin/traces.ts';
import { ACCOUNT_DATA } from './client/account-data.ts';
import { ADMIN_ACCOUNT_LIST } from './admin/account-list.ts';
import { ADMIN_ACCOUNTS } from './admin/accounts.ts';
import { ADMIN_ACCOUNT_MODERATION } from './admin/account-moderation.ts';
import { ADMIN_ACCOUNT_VALIDITY } from './admin/account-validity.ts';
import { ACCOUNT } from './client/account.ts';
import { ACCOUNT_VALIDITY } from './client/account-validity.ts';
import { AUTH_FALLBACK } from './client/auth-fallback.ts';
import { DEHYDRATED_DEVICES } from './client/dehydrated-devices.ts';
import { DEVICES } from './client/devices.ts';
import { DIRECTORY } from './client/directory.ts';
import { CROSS_SIGNING } from './client/cross-signing.ts';
import { DISCOVERY } from './client/discovery.ts';
import { EMAIL_CONFIRMATION } from './client/email-confirmation.ts';
import { EVENTS } from './client/events.ts';
import { KEY_BACKUP } from './client/key-backup.ts';
import { KEYS } from './client/keys.ts';
import { LOGIN } from './client/login.ts';
import { MAIL_NOTIFICATIONS } from './client/mail-notifications.ts';
import { MEMBERS } from './client/members.ts';
import { MEDIA } from './media/media.ts';
import { MEMBERSHIP } from './client/membership.ts';
import { MESSAGES } from './client/messages.ts';
import { MUTUAL_ROOMS } from './client/mutual-rooms.ts';
import { PROFILE } from './client/profile.ts';
import { PUBLIC_ROOM_DIRECTORY } from './client/public-rooms.ts';
import { PRESENCE } from './client/presence.ts';
import { NOTIFICATIONS } from './client/notifications.ts';
import { PUSHERS } from './client/pushers.ts';
import { PUSH_RULES } from './client/push-rules.ts';
import { RECEIPTS } from './client/receipts.ts';
import { OLD_SYNC } from './client/old-sync.ts';
import { OPENID } from './client/openid.ts';
import { SERVER_KEYS } from './federation/keys.ts';
import { OPENID_USERINFO } from './federation/openid.ts';
import { REGISTRATION } from './client/registration.ts';
import { RELATIONS } from './client/relations.ts';
import { REPORTS } from './client/reports.ts';
import { ROOM_KEYS } from './client/room-keys.ts';
import { ROOM_SUMMARY } from './client/room-summary.ts';
import { ROOMS } from './client/rooms.ts';
import { SEARCH } from './client/search.ts';
import { SENDING } from './client/sending.ts';
import { SPACES } from './client/spaces.ts';
import { SINGLE_SIGN_ON } from './client/single-sign-on.ts';
import { SYNC } from './client/sync.ts';
import { TAGS } from './client/tags.ts';
import { THIRD_PARTY } from './client/third-party.ts';
import { THIRD_PARTY_IDS } from './client/third-party-ids.ts';
import { TO_DEVICE } from './client/to-device.ts';
import { TYPING } from './client/typing.ts';
import { USER_DIRECTORY } from './client/user-directory.ts';
import { VOIP } from './client/voip.ts';

/** Everything that the server serves, one row an endpoint. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...ACCOUNT,
  ...ACCOUNT_VALIDITY,
  ...ADMIN_ACCOUNT_LIST,
  ...ADMIN_ACCOUNT_MODERATION,
  ...ADMIN_ACCOUNT_VALIDITY,
  ...ADMIN_ACCOUNTS,
  ...ACCOUNT_DATA,
  ...ACCOUNT_MODERATION,
  ...ADMIN_REGISTER,
  ...AUTH_FALLBACK,
  ...DECISIONS,
  ...DEHYDRATED_DEVICES,
  ...DEVICES,
  ...DIRECTORY,
  ...CROSS_SIGNING,
  ...DISCOVERY,
  ...EMAIL_CONFIRMATION,
  ...EVENTS,
  ...KEY_BACKUP,
  ...KEYS,
  ...LOGIN,
  ...MAIL_NOTIFICATIONS,
  ...MEMBERS,
  ...MEDIA,
  ...MEMBERSHIP,
  ...MESSAGES,
  ...MODULES,
  ...MUTUAL_ROOMS,
  ...PROFILE,
  ...PUBLIC_ROOM_DIRECTORY,
  ...PRESENCE,
  ...NOTIFICATIONS,
  ...PUSHERS,
  ...PUSH_RULES,
  ...RECEIPTS,
  ...OLD_SYNC,
  ...OPENID,
  ...OPENID_USERINFO,
  ...REGISTRATION,
  ...REGISTRATION_TOKENS,
  ...ADMIN_MEDIA,
  ...ADMIN_ROOMS,
  ...ADMIN_SERVER_NOTICES,
  ...RELATIONS,
  ...REPORTS,
  ...ROOM_KEYS,
  ...ROOM_SUMMARY,
  ...ROOMS,
  ...SEARCH,
  ...SENDING,
  ...SERVER_KEYS,
  ...SINGLE_SIGN_ON,
  ...SPACES,
  ...SYNC,
  ...TAGS,
  ...THIRD_PARTY,
  ...THIRD_PARTY_IDS,
  ...TO_DEVICE,
  ...TRACES,
  ...ADMIN_USERS,
  ...TYPING,
  ...USER_DIRECTORY,
  ...VOIP,
];
