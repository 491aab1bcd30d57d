import {
  ConfigError,
  MatrixError,
  parseDuration,
  type JsonValue,
  type ModuleApi,
  type ModuleManifest,
  type ModuleRequester,
  type WebContext,
} from 'plexus/module';

interface ValidityConfig {
  /** ms for which an account is valid, from its registration or its renewal on. */
  readonly period: number;
}

/** Keys of the module's store: one a user, with the time at which the account expires (ms since the epoch). */
const keyOf = (userId: string): string => `expires/${userId}`;

/** Lets accounts expire, and server administrators renew them. Administrators' own accounts do not expire. */
export default class AccountValidity {
  static readonly manifest: ModuleManifest = {
    permissions: {
      callbacks: ['registerAccountValidityCallbacks'],
      api: ['getUserByReq', 'getUserinfoById', 'isUserAdmin'],
      storage: true,
      web: true,
    },
  };

  readonly #config: ValidityConfig;
  readonly #api: ModuleApi;

  static parseConfig({ period, ...others }: { period?: unknown }): ValidityConfig {
    for (const key of Object.keys(others)) throw new ConfigError(`${key} is not a known key; known is period`, [key]);
    if (period === undefined) throw new ConfigError('say for how long an account is valid, as in 365d', ['period']);
    return { period: parseDuration(period, ['period']) };
  }

  constructor(config: ValidityConfig, api: ModuleApi) {
    this.#config = config;
    this.#api = api;
    api.registerAccountValidityCallbacks({
      is_user_expired: (userId) => this.#isExpired(userId),
      on_user_registration: (userId) => this.#extend(userId, config.period).then(() => undefined),
    });
    api.registerWebResource('/_synapse/client/account_validity/status', { GET: (ctx) => this.#status(ctx) });
    api.registerWebResource('/_synapse/client/account_validity/renew', { POST: (ctx) => this.#renew(ctx) });
  }

  /** The period of an account that the module has not seen before begins now. */
  async #expiry(userId: string): Promise<number> {
    const known = await this.#api.store.get(keyOf(userId));
    return typeof known === 'number' ? known : this.#extend(userId, this.#config.period);
  }

  async #isExpired(userId: string): Promise<boolean> {
    return (await this.#expiry(userId)) <= this.#api.clock.now() && !(await this.#api.isUserAdmin(userId));
  }

  /** @returns when the account expires now */
  async #extend(userId: string, period: number): Promise<number> {
    const expiry = this.#api.clock.now() + period;
    await this.#api.store.set(keyOf(userId), expiry);
    return expiry;
  }

  /** Tells a user when their account expires, or an administrator about any (`?user_id=`). */
  async #status(ctx: WebContext): Promise<void> {
    const requester = await this.#api.getUserByReq(ctx, { allowExpired: true });
    const { user_id: asked } = ctx.query;
    const userId = typeof asked === 'string' ? asked : requester.userId;
    if (userId !== requester.userId) refuseOthers(requester);
    await this.#refuseUnknown(userId);
    ctx.body = { user_id: userId, expiration_ts: await this.#expiry(userId), expired: await this.#isExpired(userId) };
  }

  /** `{ "user_id": …, "period": "30d" }`, by an administrator; without a period that of the configuration. */
  async #renew(ctx: WebContext): Promise<void> {
    refuseOthers(await this.#api.getUserByReq(ctx));
    const { user_id: userId, period } = ctx.request.body as Record<string, JsonValue>;
    if (typeof userId !== 'string') throw new MatrixError(400, 'M_MISSING_PARAM', 'Say whose account to renew: user_id');
    await this.#refuseUnknown(userId);
    const expiration = await this.#extend(userId, period === undefined ? this.#config.period : requestedPeriod(period));
    this.#api.log.info({ userId, expiration }, 'an account was renewed');
    ctx.body = { user_id: userId, expiration_ts: expiration };
  }

  async #refuseUnknown(userId: string): Promise<void> {
    if ((await this.#api.getUserinfoById(userId)) === undefined) throw new MatrixError(404, 'M_NOT_FOUND', `There is no account ${userId} here`);
  }
}

function refuseOthers(requester: ModuleRequester): void {
  if (!requester.isAdmin) throw new MatrixError(403, 'M_FORBIDDEN', 'Only server administrators may do this');
}

function requestedPeriod(period: JsonValue): number {
  try {
    return parseDuration(period);
  } catch (error) {
    throw new MatrixError(400, 'M_INVALID_PARAM', (error as Error).message);
  }
}
