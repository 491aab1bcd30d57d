/** What module authors write callbacks by. */
export type {
  AccountValidityCallbacks,
  AuthChecker,
  AuthenticationResult,
  LoginResponse,
  PasswordAuthProviderCallbacks,
} from './callback-types/accounts.ts';
export type { BackgroundUpdateControllerCallbacks } from './callback-types/background-updates.ts';
export type { MediaStorageCallbacks } from './callback-types/media-storage.ts';
export type { PresenceRouterCallbacks } from './callback-types/presence-router.ts';
export type {
  AccountDataCallbacks,
  FederationCallbacks,
  FederationEventDelivery,
  MediaRepositoryCallbacks,
  RatelimitCallbacks,
  UnsignedFieldsCallbacks,
} from './callback-types/resources.ts';
export type { SpamCheckerCallbacks } from './callback-types/spam-checker.ts';
export type { UserDataCallbacks } from './callback-types/user-data.ts';
export type { ThirdPartyRulesCallbacks } from './callback-types/third-party-rules.ts';
export type { CodeWithFields, EmailThreepid, EventSignatures, ExplicitVerdict, RequestInfo, Verdict } from './callback-types/values.ts';
