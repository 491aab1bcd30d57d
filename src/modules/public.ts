/** What module authors import as 'plexus/module'. */
export { Type } from '@sinclair/typebox';
export type { Static, TSchema } from '@sinclair/typebox';
export { isEventSignedBy, type Signatory } from '../core/event-signature.ts';
export { compileGlob, compileGlobs, type Glob, type GlobOptions } from '../core/glob.ts';
export type { JsonObject, JsonValue } from '../core/json.ts';
export { initialStateWith, requestedRoom, type RequestedRoom } from '../core/requested-room.ts';
export type { Clock, Timer } from '../kernel/clock.ts';
export { isRefusal, MatrixError } from '../kernel/errors.ts';
export type { FederationReply } from '../kernel/federation-request.ts';
export type { Log } from '../kernel/log.ts';
export type { MediaFileName, MediaUploadLimit, PresenceState, RatelimitOverride } from '../kernel/question-values.ts';
export type { Origin } from '../kernel/requester.ts';
export type { WebContext, WebMethods } from '../kernel/web-resource.ts';
export type { Work } from '../kernel/work.ts';
export type { NewDevice } from './actions.ts';
export type { AccountDataManager, AccountsApi, ListUsersOptions, ProfileInfo, UserInfo } from './api/accounts.ts';
export type { BackgroundApi, DelayedCall } from './api/background.ts';
export type { FederationApi, SignedRequest } from './api/federation.ts';
export { HttpResponseError, type HttpClient } from './api/http-client.ts';
export type { IdentitiesApi, Threepid } from './api/identities.ts';
export type { MailsApi } from './api/mails.ts';
export type { ModuleApi } from './api/module-api.ts';
export type { NotificationsApi } from './api/notifications.ts';
export type { PresenceApi } from './api/presence.ts';
export type { RegistrationApi } from './api/registration.ts';
export type { EventToSend, PublicRoomListManager, RoomsApi, StateFilter } from './api/rooms.ts';
export type { SessionsApi, UserIpAndAgent } from './api/sessions.ts';
export { QuotaExceeded } from './api/quota.ts';
export type { KeyValueStore, ListOptions, OwnTables, StorageApi, StoredValue } from './api/storage.ts';
export type { Transaction } from './api/transaction.ts';
export { compileTemplate, type Template } from './api/templates.ts';
export type { Handover, MetricsApi, SurroundingsApi } from './api/surroundings.ts';
export type {
  AccountDataCallbacks,
  AccountValidityCallbacks,
  AuthChecker,
  AuthenticationResult,
  BackgroundUpdateControllerCallbacks,
  CodeWithFields,
  EmailThreepid,
  EventSignatures,
  ExplicitVerdict,
  FederationCallbacks,
  FederationEventDelivery,
  LoginResponse,
  MediaRepositoryCallbacks,
  MediaStorageCallbacks,
  PasswordAuthProviderCallbacks,
  PresenceRouterCallbacks,
  RatelimitCallbacks,
  RequestInfo,
  SpamCheckerCallbacks,
  ThirdPartyRulesCallbacks,
  UnsignedFieldsCallbacks,
  UserDataCallbacks,
  Verdict,
} from './callback-types.ts';
export { Codes, NOT_SPAM, PRESENCE_ALL_USERS, RegistrationBehaviour, type Code } from './codes.ts';
export { ConfigError } from './config-error.ts';
export { parseByteSize, parseDuration } from './config-values.ts';
export { defineModule, type ModuleClass, type ModuleDefinition, type ModuleManifest } from './definition.ts';
export { NotPermitted, type ApiMethod, type ModulePermissions } from './manifest.ts';
export type { ModuleEvent } from './views/module-event.ts';
export type { ModuleFile, ModuleFileInfo } from './views/module-file.ts';
export type { ModuleProfile } from './views/module-profile.ts';
export type { ModuleRequester } from './views/module-requester.ts';
export type { StateEvents } from './views/state-events.ts';
export type { ModuleResource, ResourceOptions } from './web-resources.ts';
