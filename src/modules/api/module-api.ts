import type { AccountsApi } from './accounts.ts';
import type { BackgroundApi } from './background.ts';
import type { FederationApi } from './federation.ts';
import type { HttpClient } from './http-client.ts';
import type { IdentitiesApi } from './identities.ts';
import type { MailsApi } from './mails.ts';
import type { NotificationsApi } from './notifications.ts';
import type { PresenceApi } from './presence.ts';
import type { RegistrationApi } from './registration.ts';
import type { RoomsApi } from './rooms.ts';
import type { SessionsApi } from './sessions.ts';
import type { StorageApi } from './storage.ts';
import type { SurroundingsApi } from './surroundings.ts';

/** All that a module is given. What acts, acts as clients do: the other modules are asked about it. */
export interface ModuleApi
  extends
    RegistrationApi,
    SurroundingsApi,
    BackgroundApi,
    AccountsApi,
    SessionsApi,
    IdentitiesApi,
    FederationApi,
    RoomsApi,
    PresenceApi,
    NotificationsApi,
    MailsApi,
    StorageApi {
  readonly httpClient: HttpClient;
}
