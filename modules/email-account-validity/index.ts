import { existsSync } from 'node:fs';
import { ConfigError, defineModule, MatrixError, type JsonValue, type WebContext } from 'plexus/module';
import { Config, settingsOf } from './config.ts';
import { RENEWAL_PATH, RenewalMails } from './mails.ts';
import { RenewalPages } from './pages.ts';
import { sendReminders } from './reminders.ts';
import { ValidityTable } from './validity-table.ts';

/** How often the module looks for accounts that expire soon, ms. */
const ROUND = 300_000;
const PATH = '/_synapse/client/email_account_validity';

/** Lets accounts expire, and their owners renew them by a link in a mail. The paths are those of synapse-email-account-validity. */
export default defineModule({
  name: 'email-account-validity',
  requires: '0.1',
  permissions: {
    callbacks: ['registerAccountValidityCallbacks', 'registerThirdPartyRulesCallbacks'],
    api: ['getUserByReq', 'getUserinfoById', 'getProfileForUser', 'getThreepidsForUser', 'isUserAdmin', 'sendMail'],
    storage: true,
    web: true,
  },
  config: Config,
  setup(api, config) {
    const { publicBaseurl: baseUrl } = api;
    if (baseUrl === undefined)
      throw new ConfigError('the renewal links need public_baseurl in the configuration of the server, and its section mail');
    const { period, reminders } = settingsOf(config);
    const { subject, templates } = config;
    if (templates !== undefined && !existsSync(templates)) throw new ConfigError(`there is no folder ${templates}`, ['templates']);
    const table = new ValidityTable(api);
    const mails = new RenewalMails(api, table, { baseUrl, subject, templates });
    const pages = new RenewalPages(api, table, { period, templates, renewed: (userId, expires) => expiries.set(userId, expires) });
    /** Asked with every request; nobody else writes into the table. */
    const expiries = new Map<string, number>();

    api.registerAccountValidityCallbacks({
      async is_user_expired(userId) {
        if ((await expiryOf(userId)) > api.clock.now()) return null;
        return (await api.isUserAdmin(userId)) ? null : true;
      },
      on_user_registration: (userId) => expiryOf(userId).then(() => undefined),
    });
    api.registerThirdPartyRulesCallbacks({
      async on_user_deactivation_status_changed(userId, deactivated) {
        if (!deactivated) return;
        await table.forget(userId);
        expiries.delete(userId);
      },
    });
    api.registerWebResource(RENEWAL_PATH, { GET: (ctx) => pages.ask(ctx), POST: (ctx) => pages.renew(ctx) });
    api.registerWebResource(`${PATH}/send_mail`, { POST: sendMail });
    api.registerWebResource(`${PATH}/admin`, { POST: setExpiry });
    api.loopingBackgroundCall(() => sendReminders({ api, table, mails, reminders }), ROUND);

    /** The period of an account that the module has not seen before begins now. */
    async function expiryOf(userId: string): Promise<number> {
      const known = expiries.get(userId);
      if (known !== undefined) return known;
      const stored = await table.expiry(userId, api.clock.now() + period);
      // It may have been renewed meanwhile.
      const expires = expiries.get(userId) ?? stored;
      expiries.set(userId, expires);
      return expires;
    }

    /** Sends a mail to the user who asks for it. */
    async function sendMail(ctx: WebContext): Promise<void> {
      const { userId } = await api.getUserByReq(ctx, { allowExpired: true });
      await mails.sendRequested(userId, await expiryOf(userId));
      ctx.body = {};
    }

    /** `{ "user_id", "expiration_ts"?, "enable_renewal_emails"? }`, by an administrator. */
    async function setExpiry(ctx: WebContext): Promise<void> {
      const requester = await api.getUserByReq(ctx);
      if (!requester.isAdmin) throw new MatrixError(403, 'M_FORBIDDEN', 'Only server administrators may do this');
      const { user_id: userId, expiration_ts: wanted, enable_renewal_emails: wantsMails = true } = ctx.request.body as Record<string, JsonValue>;
      if (typeof userId !== 'string') throw new MatrixError(400, 'M_MISSING_PARAM', 'Say whose account it is: user_id');
      if (typeof wantsMails !== 'boolean') throw new MatrixError(400, 'M_INVALID_PARAM', 'enable_renewal_emails must be true or false');
      const expires = wanted ?? api.clock.now() + period;
      if (!isTime(expires)) throw new MatrixError(400, 'M_INVALID_PARAM', 'expiration_ts must be a time in milliseconds since the epoch');
      const account = await api.getUserinfoById(userId);
      if (account === undefined || account.isDeactivated) throw new MatrixError(404, 'M_NOT_FOUND', `There is no account ${userId} here`);
      await table.set(userId, expires, wantsMails);
      expiries.set(userId, expires);
      ctx.body = { expiration_ts: expires };
    }
  },
});

/** The last time of which JavaScript knows the date. */
const LAST_TIME = 8.64e15;
const isTime = (value: JsonValue): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST_TIME;
