import type { RequestListener } from 'node:http';
import Koa from 'koa';
import type { Config, RateLimitClass } from '../config/config.ts';
import { Access } from '../engine/access.ts';
import { ActiveTraces } from '../engine/decisions/active-traces.ts';
import { DecisionTrail } from '../engine/decisions/decision-trail.ts';
import { Authentication } from '../engine/accounts/authentication.ts';
import { RegistrationNonces } from '../engine/accounts/registration-nonces.ts';
import { DeviceSightings } from '../engine/device-sightings.ts';
import { FederationClient } from '../engine/federation/federation-client.ts';
import { ServerResolver } from '../engine/federation/server-resolver.ts';
import { IdentityServers } from '../engine/identity/identity-servers.ts';
import { Rulesets } from '../engine/notifications/rulesets.ts';
import { Badges } from '../engine/notifications/badges.ts';
import { UnreadCounts } from '../engine/notifications/unread-counts.ts';
import { Thumbnailer } from '../engine/media/thumbnailer.ts';
import { ReceivedMessages } from '../engine/encryption/received-messages.ts';
import { Mailer } from '../engine/mail/mailer.ts';
import { Notifier } from '../engine/notifier.ts';
import { Outgoing } from '../engine/outgoing.ts';
import { Passwords } from '../engine/passwords.ts';
import { Presence } from '../engine/presence/presence.ts';
import { Previewer } from '../engine/previews/previewer.ts';
import { PublishedKeys } from '../engine/published-keys.ts';
import { RoutedPresence } from '../engine/presence/routed-presence.ts';
import { RateLimits } from '../engine/rate-limits.ts';
import { NewRooms } from '../engine/rooms/creation/new-rooms.ts';
import { SearchIndex } from '../engine/search/search-index.ts';
import { GraphBuilder } from '../engine/rooms/graph-builder.ts';
import { SingleSignOn } from '../engine/sso/single-sign-on.ts';
import { InteractiveAuth } from '../engine/uia/interactive-auth.ts';
import { ownFlows } from '../engine/uia/own-flows.ts';
import { proofStage } from '../engine/uia/proof-stage.ts';
import { stagesOf } from '../engine/uia/stages.ts';
import { Typing } from '../engine/typing.ts';
import { UserRooms } from '../engine/user-rooms.ts';
import { answerErrors } from '../http/answer-errors.ts';
import { clientAddress } from '../http/client-address.ts';
import { Pipeline } from '../http/pipeline.ts';
import { serveWebResources } from '../http/serve-web-resources.ts';
import type { Database } from '../kernel/database.ts';
import type { Log } from '../kernel/log.ts';
import type { Run } from '../kernel/operation.ts';
import { isRequester, SERVER_ITSELF } from '../kernel/requester.ts';
import { confirmRefresh } from '../operations/accounts/confirm-refresh.ts';
import { saveUiaSession } from '../operations/accounts/save-uia-session.ts';
import type { Context } from '../operations/context.ts';
import type { Exchange } from '../modules/index.ts';
import { storeDecisions } from '../operations/decisions/store-decisions.ts';
import { noteDevicesSeen } from '../operations/devices/note-devices-seen.ts';
import { indexEvents } from '../operations/finding/index-events.ts';
import { announcePresence } from '../operations/presence/announce-presence.ts';
import { Runner } from '../runner/runner.ts';
import { Assembler } from '../sync/assemble.ts';
import { Filters } from '../sync/filters.ts';
import { accountDataSection, roomAccountDataSection } from '../sync/sections/account-data.ts';
import { presenceSection } from '../sync/sections/presence.ts';
import { deleteReceivedMessages } from '../operations/encryption/delete-received-messages.ts';
import { deviceListsSection } from '../sync/sections/device-lists.ts';
import { oneTimeKeysSection } from '../sync/sections/one-time-keys.ts';
import { receiptsSection } from '../sync/sections/receipts.ts';
import { toDeviceSection } from '../sync/sections/to-device.ts';
import { typingSection } from '../sync/sections/typing.ts';
import { MEDIA_STORAGE_TOPIC } from '../store/media-storage.ts';
import { Workers } from '../workers/workers.ts';
import { adminPage } from './admin-page.ts';
import { Metrics } from './metrics.ts';
import { moduleActions } from './module-actions.ts';
import { mediaServices } from './media-services.ts';
import { metricsPage } from './metrics-page.ts';
import { ROUTES, serves } from './own-paths.ts';
import type { Parts } from './parts.ts';
import { rateOverrides } from './rate-overrides.ts';
import { RunningModules } from './running-modules.ts';
import { startModules } from './start-modules.ts';
import { VERSION } from './version.ts';

export interface Server {
  readonly run: Run;
  /** What was loaded, in a few words each. */
  readonly loaded: readonly string[];
  /** What answers the requests of one listener. */
  handlerOf(listener: { readonly trusted_proxies: readonly string[] }): RequestListener;
  /** Lets the modules of another configuration take the place of those that run. @throws ConfigurationError; then nothing has changed */
  exchangeModules(config: Config): Promise<Exchange>;
  /** Resolves when every queue is drained. */
  idle(): Promise<void>;
  /** Answers every long poll, now and from now on. */
  stop(): void;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}

/** Puts the server together: every `new` is here, and what depends on what can be read from top to bottom. */
export async function compose(parts: Parts): Promise<Server> {
  const { config, database, clock, log, tests = {} } = parts;
  const read: Database['read'] = (work) => database.read(work);
  const serverName = config.server_name;
  const metrics = new Metrics({ processMetrics: parts.production });
  const outgoing = new Outgoing(config.outgoing, tests.network);
  const fetch: Outgoing['fetch'] = (url, init) => outgoing.fetch(url, init);
  const resolver = new ServerResolver({ outgoing, clock });
  const federation = new FederationClient({ outgoing, resolver, serverName, signingKey: parts.signingKey });
  const traces = new ActiveTraces(database, clock, serverName);
  await traces.load();
  const decisionTrail = new DecisionTrail({ clock, log, serverName, traces, save: (entries) => run(storeDecisions, SERVER_ITSELF, entries) });
  const modules = await startModules(config, {
    clock,
    log,
    registry: metrics.registry,
    decisions: tests.decisions?.(decisionTrail) ?? decisionTrail,
    probe: tests.probe,
    tellsIncidents: config.decisions.tell_incidents,
    fetch,
    askServer: (request) => federation.request(request),
    serves,
  });
  const administration = new RunningModules(config, modules, () => notifier.wake([MEDIA_STORAGE_TOPIC]));
  const notifier = new Notifier(database, clock);
  const typing = new Typing(database, notifier, clock);
  const sightings = new DeviceSightings(clock, (seen) => contained(log, run(noteDevicesSeen, SERVER_ITSELF, seen)));
  const access = new Access({
    database,
    clock,
    confirmRefresh: (token) => run(confirmRefresh, SERVER_ITSELF, token),
    noteSeen: (requester) => sightings.note(requester),
  });
  const policy = tests.watch?.(modules.policy) ?? modules.policy;
  const limits = new RateLimits<RateLimitClass>(config.rate_limits, clock, rateOverrides(policy));
  const passwords = new Passwords(config.passwords.cost);
  const authentication = new Authentication({
    reader: database,
    serverName,
    passwords,
    limits,
    log,
    keepsPasswords: config.passwords.enabled,
    loginTypes: () => policy.loginTypes(),
  });
  const registrationNonces = new RegistrationNonces(clock);
  const sso = new SingleSignOn(config, { outgoing, clock });
  const providers = sso.providers.map(({ settings }) => settings.id);
  const uia = new InteractiveAuth({
    reader: database,
    clock,
    stages: stagesOf(config, { reader: database, clock, outgoing, sso }),
    moreStages: (type) => proofStage(type, authentication),
    ownFlows: (userId) => read(() => ownFlows(userId, { providers, authentication })),
    save: (session) => run(saveUiaSession, SERVER_ITSELF, session),
  });
  const builder = new GraphBuilder({ serverName, signingKey: parts.signingKey, clock, reader: database });
  const newRooms = new NewRooms(serverName, clock);
  const userRooms = new UserRooms(database, notifier, clock);
  const routedPresence = new RoutedPresence(notifier);
  const presence = new Presence({
    enabled: config.presence.enabled,
    reader: database,
    notifier,
    clock,
    log,
    roomsOf: async (userId) => (await userRooms.joinedBy(userId)).rooms,
    announce: (states) => contained(log, run(announcePresence, SERVER_ITSELF, states)),
  });
  const received = new ReceivedMessages((receipts) => contained(log, run(deleteReceivedMessages, SERVER_ITSELF, receipts)));
  const searchIndex = new SearchIndex((upTo) => contained(log, run(indexEvents, SERVER_ITSELF, upTo)));
  const rulesets = new Rulesets();
  const unreadCounts = new UnreadCounts(rulesets, notifier);
  const assembler = new Assembler({
    reader: database,
    notifier,
    userRooms,
    unreadCounts,
    sections: {
      global: [
        accountDataSection,
        presenceSection(presence, routedPresence, userRooms),
        deviceListsSection,
        oneTimeKeysSection,
        toDeviceSection(received),
      ],
      ephemeral: [receiptsSection, typingSection(typing)],
      roomAccountData: [roomAccountDataSection],
    },
  });
  const media = await mediaServices(parts, (...args) => run(...args), metrics.registry);
  const thumbnailer = new Thumbnailer(config.media.max_pixels);
  const context: Context = {
    read,
    access,
    assembler,
    authentication,
    badges: new Badges({ reader: database, notifier, userRooms, rulesets, unreadCounts }),
    config,
    serverName,
    serverVersion: `Plexus ${VERSION}`,
    clock,
    decisionTrail,
    filters: new Filters(database),
    identityServers: new IdentityServers({ outgoing, serverName, signingKey: parts.signingKey }),
    limits,
    log,
    newRooms,
    notifier,
    outgoing,
    passwords,
    presence,
    previewer: new Previewer({ settings: config.url_previews, outgoing, clock }),
    publishedKeys: new PublishedKeys(serverName, parts.signingKey),
    registrationNonces,
    routedPresence,
    rulesets,
    searchIndex,
    sso,
    storageNow: media.storageNow,
    typing,
    uia,
    mediaFiles: media.files,
    moduleAdministration: administration,
    moduleFigures: () => modules.figures(),
    thumbnailer,
  };
  const runner = new Runner({ database, policy, builder, context });
  const run: Run = (operation, who, input) => runner.run(operation, who, input);
  const mailer = tests.mailer ?? (config.mail === undefined ? undefined : new Mailer(config.mail, config.outgoing.extra_ca));
  const workers = new Workers({ reader: database, run, notifier, clock, log, mailer, rulesets, searchIndex, config, usedFiles: media.used });

  await presence.start();
  modules.start(moduleActions({ run, read, access, serverName, config, clock }));

  const pipeline = new Pipeline(ROUTES, {
    run,
    authenticate: (token, caller) => access.requesterOf(token, caller),
    limit: (name, { operationName }, caller) =>
      isRequester(caller) ? limits.takeOf(name, caller.userId, operationName) : limits.take(name, caller.ip),
    observe: (endpoint, status, seconds) => metrics.observe(endpoint, status, seconds),
    maxBody: MAX_BODY,
    checkReplies: !parts.production,
    otherwise: serveWebResources(modules.webResources, MAX_BODY),
  });
  return {
    run,
    exchangeModules: (wanted) => administration.exchange(wanted),
    loaded: modules.status().map(({ name, mode }) => (mode === 'shadow' ? `${name} (shadow)` : name)),
    handlerOf(listener) {
      const addressOf = clientAddress(listener.trusted_proxies);
      const app = new Koa();
      app.silent = true;
      app.use((ctx, next) => {
        ctx.request.ip = addressOf(ctx.req);
        return next();
      });
      app.use(answerErrors(log));
      app.use(metricsPage(config.metrics, metrics));
      app.use(adminPage(config.admin_page));
      app.use(pipeline.middleware);
      const handler = app.callback();
      return (request, response) => void handler(request, response);
    },
    async idle() {
      await sightings.flush();
      // Before the queues, which modules fill, and after them, as modules are told of what came of them.
      await modules.idle();
      await workers.idle();
      await presence.flush();
      await modules.idle();
      await decisionTrail.flush();
      await received.flush();
    },
    stop() {
      workers.stop();
      typing.stopAll();
      notifier.close();
    },
    async close() {
      await workers.close();
      await presence.close();
      await modules.dispose();
      await sightings.flush();
      await received.flush();
      await decisionTrail.close();
      await outgoing.close();
    },
  };
}

/** Bytes of JSON in one request: enough for the keys of many devices, too little to fill the memory. */
const MAX_BODY = 4 * 1_048_576;

/** Work that nobody waits for: its failure is logged and goes no further. */
const contained = <T>(log: Log, work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    log.error({ error }, 'background work failed');
    return undefined;
  });
