import { writeFileSync } from 'node:fs';
import { isRefusal, NotPermitted, QuotaExceeded, type ModuleApi, type WebContext } from '../../src/modules/public.ts';

/** What the probes work on. */
export interface Surroundings {
  readonly alice: string;
  readonly room: string;
  /** A server that answers each request with what it was asked. */
  readonly elsewhere: string;
  /** Where templates are, and where the module says that it has ended. */
  readonly folder: string;
}

type Probe = (api: ModuleApi, given: Surroundings, ctx: WebContext) => unknown;

/** What somebody is refused with. */
async function refusal(asked: () => unknown): Promise<unknown> {
  try {
    return { answered: await asked() };
  } catch (error) {
    const kind = isRefusal(error)
      ? error.errcode
      : error instanceof QuotaExceeded
        ? 'quota'
        : error instanceof NotPermitted
          ? 'permissions'
          : 'error';
    return [kind, error instanceof Error ? [error.name, error.message, 'code' in error ? error.code : undefined] : 'no error'];
  }
}

const late = (register: (api: ModuleApi) => void): Probe => {
  return (api) => refusal(() => register(api));
};
const twice = (number: unknown): number => 2 * Number(number);
const functionsOf = (object: object): readonly string[] =>
  Object.keys(object).filter((key) => typeof (object as Record<string, unknown>)[key] === 'function');

/** What each member of the API does, as something that can be compared. */
export const PROBES: Readonly<Record<keyof ModuleApi, Probe>> = {
  serverName: (api) => api.serverName,
  publicBaseurl: (api) => api.publicBaseurl,
  moduleName: (api) => api.moduleName,
  serverVersion: (api) => api.serverVersion,
  emailAppName: (api) => api.emailAppName,
  clock: async (api) => {
    const before = api.clock.now();
    api.clock.after(60_000, () => undefined).cancel();
    await new Promise<void>((resolve) => api.clock.after(1, resolve));
    return api.clock.now() >= before;
  },
  getCurrentTimeMsec: (api) => Math.abs(api.getCurrentTimeMsec() - Date.now()) < 5_000,
  log(api) {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['itself'] = circle;
    api.log.info(
      { count: 3, deep: { list: [1, null, 'two'] }, flag: false, at: new Date(0), absent: undefined, error: new RangeError('far') },
      'probed',
    );
    api.log.child({ part: 'child' }).child({ deeper: 1 }).warn({ count: 4 }, 'probed too');
    api.log.error({ odd: () => 1, circle }, 'probed what is no JSON');
    api.log.debug({}, 'probed last');
  },
  metrics(api) {
    const counter = api.metrics.counter('probed', 'probes', ['kind']);
    counter.inc({ kind: 'once' }, 2);
    counter.inc({ kind: 'once' });
    const gauge = api.metrics.gauge('probed_gauge', 'a gauge');
    gauge.set(7);
    gauge.dec(2);
    gauge.inc();
    api.metrics.histogram('probed_histogram', 'a histogram', [], [1, 2]).observe(1.5);
  },
  onDispose: late((api) => api.onDispose(() => undefined)),
  onHandover: (api) => typeof api.onHandover,

  registerSpamCheckerCallbacks: late((api) => api.registerSpamCheckerCallbacks({})),
  registerAccountValidityCallbacks: late((api) => api.registerAccountValidityCallbacks({})),
  registerThirdPartyRulesCallbacks: late((api) => api.registerThirdPartyRulesCallbacks({})),
  registerPresenceRouterCallbacks: late((api) => api.registerPresenceRouterCallbacks({})),
  registerPasswordAuthProviderCallbacks: late((api) => api.registerPasswordAuthProviderCallbacks({})),
  registerMediaRepositoryCallbacks: late((api) => api.registerMediaRepositoryCallbacks({})),
  registerRatelimitCallbacks: late((api) => api.registerRatelimitCallbacks({})),
  registerAccountDataCallbacks: late((api) => api.registerAccountDataCallbacks({})),
  registerAddExtraFieldsToUnsignedClientEventCallbacks: late((api) => api.registerAddExtraFieldsToUnsignedClientEventCallbacks({})),
  registerFederationCallbacks: late((api) => api.registerFederationCallbacks({})),
  registerBackgroundUpdateControllerCallbacks: late((api) => api.registerBackgroundUpdateControllerCallbacks({})),
  registerUserDataCallbacks: late((api) => api.registerUserDataCallbacks({})),
  registerMediaStorageCallbacks: late((api) => api.registerMediaStorageCallbacks({})),
  registerWebResource: late((api) => api.registerWebResource('/_synapse/client/late', { GET: () => undefined })),

  sleep: (api) => api.sleep(0.001),
  runAsBackgroundProcess: async (api) => [
    await api.runAsBackgroundProcess('twice', twice, 3),
    await api.runAsBackgroundProcess('fail', () => Promise.reject(new Error('as it should'))),
  ],
  loopingBackgroundCall: (api) =>
    new Promise((resolve) => {
      const calls: unknown[] = [];
      const loop = api.loopingBackgroundCall(
        (call) => {
          calls.push(call);
          if (calls.length < 2) return;
          loop.cancel();
          resolve([calls, loop.active()]);
        },
        1,
        'call',
      );
    }),
  delayedBackgroundCall: (api) => new Promise((resolve) => void api.delayedBackgroundCall(1, resolve, 'called')),
  deferToThread: async (api) => [
    await api.deferToThread(new URL(import.meta.url), 'halfOf', 42),
    await refusal(() => api.deferToThread(new URL(import.meta.url), 'halfOf', 'nothing')),
  ],

  getUserByReq: async (api, _given, ctx) => ({ ...(await api.getUserByReq(ctx)), deviceId: undefined }),
  getQualifiedUserId: (api) => [api.getQualifiedUserId('bob'), api.getQualifiedUserId('@bob:elsewhere')],
  isMine: (api) => [api.isMine('@bob:localhost'), api.isMine('!room:elsewhere'), api.isMine('localhost')],
  getUserinfoById: async (api, { alice }) => [
    Object.keys((await api.getUserinfoById(alice)) ?? {}),
    (await api.getUserinfoById('@nobody:localhost')) === undefined,
  ],
  listUsers: async (api) => (await api.listUsers({ limit: 2 })).map(({ userId }) => userId),
  getProfileForUser: (api, { alice }) => api.getProfileForUser(alice),
  checkUserExists: async (api) => [await api.checkUserExists('@ALICE:localhost'), await api.checkUserExists('@nobody:localhost')],
  registerUser: async (api) => [await api.registerUser('made', 'Made'), await refusal(() => api.registerUser('made'))],
  register: async (api) => Object.keys(await api.register('logged_in')),
  isUserAdmin: async (api, { alice }) => [await api.isUserAdmin(alice), await api.isUserAdmin('@nobody:localhost')],
  setUserAdmin: (api) => refusal(() => api.setUserAdmin('@nobody:localhost', true)),
  setDisplayname: async (api, { alice }) => [await api.setDisplayname(alice, 'Alice'), await refusal(() => api.setDisplayname('nobody', 'x'))],
  setAvatarUrl: (api, { alice }) => refusal(() => api.setAvatarUrl(alice, 'https://example.org/x.png')),
  accountDataManager: async ({ accountDataManager: manager }, { alice, room }) => {
    await manager.putGlobal(alice, 'org.example.probe', { value: [1] });
    await manager.addDirectRoom(alice, '@made:localhost', room);
    const direct = await manager.getGlobal(alice, 'm.direct');
    return [
      await manager.getGlobal(alice, 'org.example.probe'),
      (await manager.getGlobal(alice, 'org.example.none')) === undefined,
      Object.keys(direct ?? {}),
      functionsOf(manager),
    ];
  },

  registerDevice: async (api, { alice }) => Object.keys(await api.registerDevice(alice, 'PROBE', 'Probe')),
  createLoginToken: async (api, { alice }) => [
    typeof (await api.createLoginToken(alice)),
    await refusal(() => api.createLoginToken('@nobody:localhost')),
  ],
  completeSsoLoginAsync: (api, { alice }, ctx) => refusal(() => api.completeSsoLoginAsync(alice, ctx, 'no address')),
  invalidateAccessToken: (api) => refusal(() => api.invalidateAccessToken('none')),
  getUserIpAndAgents: async (api, { alice }) => (await api.getUserIpAndAgents(alice)).map((found) => Object.keys(found)),

  getThreepidsForUser: async (api, { alice }) => [await api.getThreepidsForUser(alice), await refusal(() => api.getThreepidsForUser('@x:elsewhere'))],
  checkUsername: async (api) => [await api.checkUsername('free'), await refusal(() => api.checkUsername('ALICE'))],
  recordUserExternalId: async (api, { alice }) => [
    await api.recordUserExternalId('provider', 'subject', alice),
    await refusal(() => api.recordUserExternalId('provider', 'subject', '@made:localhost')),
  ],
  storeRemote3pidAssociation: (api) => refusal(() => api.storeRemote3pidAssociation('@nobody:localhost', 'email', 'a@example.org', 'id.example.org')),
  getMonthlyActiveUsersByService: async (api) => (await api.getMonthlyActiveUsersByService()).map(({ userId }) => userId),

  federationRequest: async (api, { elsewhere }) => [
    await refusal(() => api.federationRequest({ destination: 'elsewhere', method: 'GET', path: 'none' })),
    (await api.federationRequest({ destination: 'localhost', method: 'PUT', path: '/_matrix/probe', content: { a: 1 }, baseUrl: elsewhere })).status,
  ],
  httpClient: async ({ httpClient }, { elsewhere }) => {
    const own = { 'x-own': 'yes' };
    const fetched = await httpClient.fetch(new URL(`${elsewhere}/f`), { method: 'POST', body: 'x', headers: own });
    const sent = await httpClient.request('PATCH', `${elsewhere}/p`, Buffer.from('bytes'), own);
    return [
      [fetched.status, fetched.ok, fetched.url.endsWith('/f'), fetched.headers.get('content-type'), await fetched.json()],
      await httpClient.getJson(`${elsewhere}/g`, { q: 1 }, own),
      new TextDecoder().decode(await httpClient.getRaw(`${elsewhere}/r`)),
      await httpClient.postJsonGetJson(`${elsewhere}/j`, { a: [1] }),
      await httpClient.postUrlencodedGetJson(`${elsewhere}/u`, { a: '1 2' }),
      await httpClient.putJson(`${elsewhere}/k`, null, { q: 'x' }),
      await sent.json(),
      ((await refusal(() => httpClient.getJson(`${elsewhere}/gone`))) as unknown[])[0],
      functionsOf(httpClient),
    ];
  },

  getRoomState: async (api, { room }) => {
    const state = await api.getRoomState(room);
    const types: string[] = [];
    for await (const [type, , event] of state) types.push(`${type}: ${event.type}`);
    const some = await api.getRoomState(room, [['m.room.name', '']]);
    return [types.toSorted(), (await state.get('m.room.name'))?.content, await state.has('m.room.topic', ''), await some.has('m.room.create')];
  },
  getStateEventsInRoom: async (api, { room }) =>
    (await api.getStateEventsInRoom(room, [['m.room.member', null]])).map((event) => [event.type, event.isState(), event.content]),
  getJoinedUserOf: async (api, { room }) => [await api.getJoinedUserOf(room, 'localhost'), await api.getJoinedUserOf(room, 'elsewhere')],
  createRoom: async (api, { alice }) => Object.keys(await api.createRoom(alice, { room_alias_name: 'probe', name: 'Probe' })),
  deleteRoom: async (api, { alice }) => [
    await api.deleteRoom((await api.createRoom(alice, {})).roomId),
    await refusal(() => api.deleteRoom('!none:localhost')),
  ],
  updateRoomMembership: async (api, { alice, room }) =>
    (await api.updateRoomMembership(alice, '@made:localhost', room, 'invite', { reason: 'r' })).content,
  createAndSendEventIntoRoom: async (api, { alice, room }) => {
    const sent = await api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: room, sender: alice, content: { body: 'hi' } });
    return [sent.type, sent.sender, sent.isState(), Object.keys(sent.getDict()).toSorted()];
  },
  lookupRoomAlias: (api) => refusal(() => api.lookupRoomAlias('#none:localhost')),
  getCanonicalRoomAlias: (api, { room }) => api.getCanonicalRoomAlias(room),
  publicRoomListManager: async ({ publicRoomListManager: manager }, { room }) => {
    await manager.addRoomToPublicRoomList(room);
    const isThere = await manager.roomIsInPublicRoomList(room);
    await manager.removeRoomFromPublicRoomList(room);
    return [isThere, await manager.roomIsInPublicRoomList(room), functionsOf(manager)];
  },

  setPresenceForUsers: async (api, { alice }) => [
    await api.setPresenceForUsers({ [alice]: ['online', 'here'] }),
    await refusal(() => api.setPresenceForUsers({ [alice]: ['away'] })),
  ],
  sendLocalOnlinePresenceTo: (api, { alice }) => api.sendLocalOnlinePresenceTo(new Set([alice])),
  checkPushRuleActions: (api) => refusal(() => api.checkPushRuleActions(['shout'])),
  setPushRuleAction: async (api, { alice }) => [
    await api.setPushRuleAction(alice, 'global', 'override', '.m.rule.master', ['notify']),
    await refusal(() => api.setPushRuleAction(alice, 'global', 'override', 'none', [])),
  ],
  sendHttpPushNotification: (api, { alice }) => api.sendHttpPushNotification(alice, null, { event_id: '$x' }),
  sendMail: (api) => refusal(() => api.sendMail('a@example.org', 'subject', '<b>text</b>', 'text')),
  readTemplates: (api, { folder }) => [
    api.readTemplates(['probe.html'], folder).map((template) => template.render({ name: '<' })),
    functionsOf(api).includes('readTemplates'),
  ],

  store: async ({ store }) => {
    await store.set('a/1', { deep: [1, null] });
    await Promise.all([1, 2, 3].map((by) => store.update('a/2', (before) => Number(before ?? 0) + by)));
    return [
      await store.get('a/1'),
      (await store.get('none')) === undefined,
      await store.list({ prefix: 'a/', limit: 5 }),
      await store.delete('a/1'),
      await store.delete('a/1'),
      await refusal(() => store.set('large', 'x'.repeat(200_000))),
      functionsOf(store),
    ];
  },
  storage: async ({ storage }) => {
    await storage.migrate(['create table {probe} (id integer primary key, name text unique)']);
    return [(await storage.usage()).rows, functionsOf(storage)];
  },
  runDbInteraction: (api) =>
    api.runDbInteraction(
      'probe',
      function* (txn, name: string) {
        yield* txn.execute('insert into {probe} (name) values (?)', name);
        return yield* txn.rows('select id, name from {probe}');
      },
      'probed',
    ),
};

/** For `deferToThread`. */
export function halfOf(number: unknown): number {
  if (typeof number !== 'number') throw new TypeError('no number');
  return number / 2;
}

/** A module that tries what it is asked to try. */
export default class EveryMember {
  static parseConfig(config: Surroundings): Surroundings & { readonly probe: (member: keyof ModuleApi) => Probe } {
    return { ...config, probe: (member) => PROBES[member] };
  }

  constructor(config: ReturnType<typeof EveryMember.parseConfig>, api: ModuleApi) {
    api.onDispose(() => writeFileSync(`${config.folder}/ended`, 'ended'));
    api.registerWebResource('/_synapse/client/probe', {
      async POST(ctx) {
        const given = ctx.request.body as unknown as Surroundings & { readonly member: keyof ModuleApi };
        ctx.body = { result: await config.probe(given.member)(api, { ...config, ...given }, ctx) };
      },
    });
  }
}
