import type { Context } from 'koa';
import type { ServerName } from '../../core/identifiers.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { WebMethods } from '../../kernel/web-resource.ts';
import { Background, type BackgroundApi } from '../api/background.ts';
import { httpClient, type Fetch } from '../api/http-client.ts';
import { templateReader } from '../api/mails.ts';
import { checkPushRuleActions } from '../api/notifications.ts';
import type { Handover } from '../api/surroundings.ts';
import { ownNames } from '../api/own-names.ts';
import { PUT_OFF, STOPPED_CLOCK } from '../api/put-off.ts';
import { CATEGORIES, type RegisterMethod } from '../callbacks.ts';
import { tooLate } from '../registrar.ts';
import { remoteFetch } from './remote-fetch.ts';
import { remoteMetrics } from './remote-metrics.ts';
import type { Callable } from './callable.ts';
import type { Peer } from './peer.ts';
import { remoteLog } from './remote-log.ts';
import { storeInThread } from './store-in-thread.ts';
import { transactionInThread } from './transaction-in-thread.ts';
import { serveInThread } from './web-in-thread.ts';

/** What the server's side tells of the API: values as they are, the names of functions, and of the functions in managers. */
export interface ApiShape {
  readonly values: Readonly<Record<string, unknown>>;
  readonly functions: readonly string[];
  readonly managers: Readonly<Record<string, readonly string[]>>;
}

/** What a module in a thread has registered, for the server's side to register. */
export interface Registered {
  readonly callbacks: readonly (readonly [method: RegisterMethod, name: string, extra: unknown, callback: (...args: never[]) => unknown])[];
  readonly resources: readonly (readonly [path: string, methods: WebMethods, options: object])[];
  readonly handsOver: boolean;
}

/** The API as a module in a thread of its own sees it: what it can do here it does here, for everything else it asks the server's thread. */
export class ThreadApi {
  readonly moduleApi: object;
  handover: Handover | undefined;
  readonly #peer: Peer;
  readonly #folder: string;
  readonly #log: Log;
  readonly #background: Background;
  readonly #isTrial: boolean;
  readonly #callbacks: Registered['callbacks'][number][] = [];
  readonly #resources: Registered['resources'][number][] = [];
  readonly #disposals: (() => unknown)[] = [];
  #isOpen = true;

  /** @param place.folder where the module's files lie. @param place.isTrial see `PreparationServices` */
  constructor(peer: Peer, { values, functions, managers }: ApiShape, { folder, isTrial }: { readonly folder: string; readonly isTrial: boolean }) {
    this.#peer = peer;
    this.#folder = folder;
    this.#isTrial = isTrial;
    this.#log = remoteLog(peer);
    this.#background = new Background(systemClock, this.#log, undefined);
    const remote =
      (name: string): Callable =>
      (...args) =>
        peer.call(`api.${name}`, ...args);
    const fetch: Fetch = remoteFetch((...args) => peer.call('api.fetch', ...args));
    this.moduleApi = Object.freeze({
      ...Object.fromEntries(functions.map((name) => [name, remote(name)])),
      ...Object.fromEntries(
        Object.entries(managers).map(([name, keys]) => [name, Object.fromEntries(keys.map((key) => [key, remote(`${name}.${key}`)]))]),
      ),
      ...values,
      ...this.#here(values['serverName'] as ServerName),
      store: storeInThread(peer),
      runDbInteraction: transactionInThread(peer),
      httpClient: httpClient(fetch),
    });
  }

  /** Ends the registration. */
  registered(): Registered {
    this.#isOpen = false;
    return { callbacks: this.#callbacks, resources: this.#resources, handsOver: this.handover !== undefined };
  }

  async dispose(): Promise<void> {
    this.#background.end();
    for (const dispose of this.#disposals.toReversed()) await dispose();
  }

  #here(serverName: ServerName): object {
    const background: BackgroundApi = this.#isTrial ? PUT_OFF : this.#background;
    const clock: Clock = this.#isTrial ? STOPPED_CLOCK : systemClock;
    return {
      ...Object.fromEntries(
        (Object.keys(CATEGORIES) as RegisterMethod[]).map((method) => [method, (given: object) => this.#register(method, given)]),
      ),
      registerWebResource: (path: string, resource: object, options: object = {}) => {
        this.#refuseLate();
        this.#resources.push([path, serveInThread(path, resource), { ...('subtree' in resource && { subtree: resource.subtree }), ...options }]);
      },
      getUserByReq: (ctx: Context, options?: object) => this.#peer.call('api.getUserByReq', (ctx as unknown as { id: number }).id, options),
      completeSsoLoginAsync: (userId: string, ctx: Context, ...others: readonly unknown[]) =>
        this.#peer.call('api.completeSsoLoginAsync', userId, (ctx as unknown as { id: number }).id, ...others),
      checkPushRuleActions,
      readTemplates: templateReader(this.#folder),
      getCurrentTimeMsec: () => clock.now(),
      ...ownNames(serverName),
      log: this.#log,
      clock,
      metrics: remoteMetrics(this.#peer),
      onDispose: (dispose: () => unknown) => void this.#disposals.push(dispose),
      onHandover: (handover: Handover) => void (this.handover = handover),
      sleep: background.sleep.bind(background),
      runAsBackgroundProcess: background.runAsBackgroundProcess.bind(background),
      loopingBackgroundCall: background.loopingBackgroundCall.bind(background),
      delayedBackgroundCall: background.delayedBackgroundCall.bind(background),
      deferToThread: background.deferToThread.bind(background),
    };
  }

  #refuseLate(): void {
    if (!this.#isOpen) throw tooLate();
  }

  #register(method: RegisterMethod, callbacks: object): void {
    this.#refuseLate();
    for (const [name, callback] of Object.entries(callbacks) as [string, unknown][]) {
      if (callback === undefined || callback === null) continue;
      if (name === 'auth_checkers') {
        for (const [key, check] of callback as Iterable<[unknown, Callable]>) this.#callbacks.push([method, name, key, check]);
      } else if (typeof callback === 'function') {
        this.#callbacks.push([method, name, undefined, (...args: readonly unknown[]) => (callback as Callable).call(callbacks, ...args)]);
      } else {
        throw new Error(`${name} has to be a function`);
      }
    }
  }
}
