import type {
  AccountDataCallbacks,
  AccountValidityCallbacks,
  BackgroundUpdateControllerCallbacks,
  FederationCallbacks,
  MediaRepositoryCallbacks,
  MediaStorageCallbacks,
  PasswordAuthProviderCallbacks,
  PresenceRouterCallbacks,
  RatelimitCallbacks,
  SpamCheckerCallbacks,
  ThirdPartyRulesCallbacks,
  UnsignedFieldsCallbacks,
  UserDataCallbacks,
} from '../callback-types.ts';
import type { ModuleResource, ResourceOptions } from '../web-resources.ts';

/**
 * What a module has. All of this is possible only while the module is constructed (its constructor, or `setup`); the same method may be
 * called several times. A callback is called on the object in which it was registered, may be async or not, and may be left undefined.
 */
export interface RegistrationApi {
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerSpamCheckerCallbacks(callbacks: SpamCheckerCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerAccountValidityCallbacks(callbacks: AccountValidityCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerThirdPartyRulesCallbacks(callbacks: ThirdPartyRulesCallbacks): void;
  /** Both callbacks or neither. @throws Error for an unknown callback name, which stops the start of the server */
  registerPresenceRouterCallbacks(callbacks: PresenceRouterCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerPasswordAuthProviderCallbacks(callbacks: PasswordAuthProviderCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerMediaRepositoryCallbacks(callbacks: MediaRepositoryCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerRatelimitCallbacks(callbacks: RatelimitCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerAccountDataCallbacks(callbacks: AccountDataCallbacks): void;
  /** @throws Error for an unknown callback name, which stops the start of the server */
  registerAddExtraFieldsToUnsignedClientEventCallbacks(callbacks: UnsignedFieldsCallbacks): void;
  /** Taken, but never asked: this server does not federate yet. @throws Error for an unknown callback name, which stops the start of the server */
  registerFederationCallbacks(callbacks: FederationCallbacks): void;
  /** The first module that has them is asked; others are told in the log. @throws Error for an unknown callback name, which stops the start of the server; in shadow mode */
  registerBackgroundUpdateControllerCallbacks(callbacks: BackgroundUpdateControllerCallbacks): void;
  /** Plexus's own. @throws Error for an unknown callback name, which stops the start of the server */
  registerUserDataCallbacks(callbacks: UserDataCallbacks): void;
  /** Plexus's own. All callbacks or none. @throws Error for an unknown callback name, which stops the start of the server; in shadow mode */
  registerMediaStorageCallbacks(callbacks: MediaStorageCallbacks): void;
  /**
   * Serves a path over HTTP.
   * @param path the full path, best under /_synapse/client/. Of several modules the first in the configuration wins a path.
   * @throws Error when the path belongs to the server
   */
  registerWebResource(path: string, resource: ModuleResource, options?: ResourceOptions): void;
}
