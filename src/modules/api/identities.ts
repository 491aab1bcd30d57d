import { serverOf, type ServerName } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { Actions } from '../actions.ts';

/** An address that belongs to an account. */
export interface Threepid {
  readonly medium: string;
  /** In canonical form. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly validatedAt: number;
  readonly addedAt: number;
}

/** What users are known by besides their ids, and who uses the server. */
export interface IdentitiesApi {
  /** The addresses of a user of this server. @throws MatrixError M_NOT_FOUND for a user of another one */
  getThreepidsForUser(userId: string): Promise<readonly Threepid[]>;
  /** Whether a localpart can be registered. @throws MatrixError M_USER_IN_USE, M_INVALID_USERNAME */
  checkUsername(localpart: string): Promise<void>;
  /**
   * Notes who an account belongs to at a provider of identities.
   * @throws MatrixError M_NOT_FOUND; M_INVALID_PARAM when it belongs to another account already
   */
  recordUserExternalId(authProviderId: string, remoteUserId: string, registeredUserId: string): Promise<void>;
  /**
   * Notes that an identity server tells others of a user's address: it is asked to forget it when the account ends.
   * @throws MatrixError M_NOT_FOUND
   */
  storeRemote3pidAssociation(userId: string, medium: string, address: string, idServer: string): Promise<void>;
  /**
   * Who has used the server: in the last 30 days, unless other times (ms since the epoch) are said.
   * @returns by the application service of each user, which is undefined for people
   */
  getMonthlyActiveUsersByService(
    startTs?: number,
    endTs?: number,
  ): Promise<readonly { readonly appServiceId: string | undefined; readonly userId: string }[]>;
}

interface IdentitiesServices {
  readonly serverName: ServerName;
  readonly actions: Promise<Actions>;
}

export function identitiesApi({ serverName, actions }: IdentitiesServices): IdentitiesApi {
  return {
    async getThreepidsForUser(userId) {
      const user = toUserId(userId);
      if (serverOf(user) !== serverName) throw notFound(`${userId} is a user of another server: only that one knows their addresses`);
      const found = await (await actions).thirdPartyIds(user);
      return found.map(({ medium, address, validatedTs, addedTs }) => Object.freeze({ medium, address, validatedAt: validatedTs, addedAt: addedTs }));
    },
    checkUsername: async (localpart) => (await actions).checkUsername(localpart),
    recordUserExternalId: async (provider, subject, userId) => (await actions).recordExternalId({ provider, subject }, toUserId(userId)),
    storeRemote3pidAssociation: async (userId, medium, address, idServer) =>
      (await actions).recordIdentityBinding(toUserId(userId), { medium, address, idServer }),
    getMonthlyActiveUsersByService: async (startTs, endTs) => (await actions).activeUsers(startTs, endTs),
  };
}
