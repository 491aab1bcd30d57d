import { expect } from 'chai';
import { AsyncResource } from 'node:async_hooks';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '../../src/core/redaction.ts';
import { DEFAULT_ROOM_VERSION, roomVersion, type RoomVersion } from '../../src/core/room-versions.ts';
import { objectAt, type JsonObject } from '../../src/core/json.ts';
import { createSigningKey, generateSeed, signJson, verifyJson } from '../../src/core/signatures.ts';
import {
  Codes,
  MatrixError,
  RegistrationBehaviour,
  type EventSignatures,
  type ModuleApi,
  type ModuleEvent,
  type ThirdPartyRulesCallbacks,
} from '../../src/modules/public.ts';
import { boot, expectError, type BootOptions, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';

const SIGNER = 'signer.example.org';
const KEY = createSigningKey('ed25519:policy_server', generateSeed());
const VERSION = roomVersion(DEFAULT_ROOM_VERSION) as RoomVersion;

type Answer = NonNullable<ThirdPartyRulesCallbacks['sign_event']>;
type Signing = (event: ModuleEvent) => Promise<EventSignatures | undefined> | EventSignatures | undefined;

/** The signature of another server, over the event as it is. */
function signatureOf(event: ModuleEvent): EventSignatures {
  const signed = signJson(redact(event.getDict(), VERSION), SIGNER, KEY);
  return { [SIGNER]: objectAt(objectAt(signed, 'signatures') ?? {}, SIGNER) as Record<string, string> };
}

/** Resolves a promise from outside. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('sign_event', () => {
  let server: TestServer, api: ModuleApi, alice: TestUser, room: string;
  /** What the module answers; by default it signs messages whose body is a word. */
  let answer: Answer;
  let sign: Signing;
  /** Every event that was stored, in order. */
  let stored: ModuleEvent[];
  let gates: string[];

  async function start(options: BootOptions = {}, settings: object = {}): Promise<void> {
    [answer, sign, stored, gates] = [(event) => (event.type === 'm.room.message' ? (inPlace) => sign(inPlace) : undefined), signatureOf, [], []];
    const module = moduleWith((given) => {
      api = given;
      api.registerThirdPartyRulesCallbacks({
        sign_event: (...args) => answer(...args),
        on_new_event: (event) => void stored.push(event),
        check_event_allowed: (event) => gates.push(event.type) > 0,
      });
    });
    server = await boot({ port: 'none', ...options, modules: [{ module, name: 'signer', ...settings }, ...(options.modules ?? [])] });
    alice = await server.user('alice');
    room = await alice.createRoom();
    [stored, gates] = [[], []];
  }
  afterEach(() => server.close());

  const signaturesOf = (event: ModuleEvent | undefined): JsonObject => objectAt(event?.getDict() ?? {}, 'signatures') ?? {};
  const isValid = (event: ModuleEvent): boolean =>
    verifyJson(redact(event.getDict(), VERSION), SIGNER, KEY.keyId, KEY.publicKey) && Object.hasOwn(signaturesOf(event), 'localhost');
  const bodies = (): readonly unknown[] => stored.map(({ content }) => content['body'] ?? content['name']);
  const rename = (name: string): Promise<unknown> => alice.setState(room, 'm.room.name', { name });

  describe('what is stored', () => {
    it('has the signatures besides that of this server', async () => {
      await start();
      await alice.send(room, 'signed');
      await rename('not signed');
      const [message, name] = stored;
      expect(Object.keys(signaturesOf(message))).to.have.members(['localhost', SIGNER]);
      expect(isValid(message as ModuleEvent)).to.equal(true);
      expect(Object.keys(signaturesOf(name))).to.deep.equal(['localhost']);
    });

    it('keeps the signature of this server, whatever a module gives', async () => {
      await start();
      sign = () => ({ localhost: { 'ed25519:test': 'YQ', 'ed25519:policy_server': 'Yg' } });
      await alice.send(room, 'hi');
      const [ours] = stored.map((event) => objectAt(signaturesOf(event), 'localhost'));
      expect(ours?.['ed25519:policy_server']).to.equal('Yg');
      expect(ours?.['ed25519:test']).to.have.length(86);
    });

    it('is what other modules have made of the event', async () => {
      const replacing = moduleWith(({ registerThirdPartyRulesCallbacks }) =>
        registerThirdPartyRulesCallbacks({
          check_event_allowed: (event) => event.isState() || [true, { ...event.getDict(), content: { body: 'replaced' } }],
        }),
      );
      await start({ modules: [{ module: replacing }] });
      await alice.send(room, 'hi');
      expect(bodies()).to.deep.equal(['replaced']);
      expect(stored.map(isValid)).to.deep.equal([true]);
    });

    it('is signed event by event in a new room and in an upgraded one', async () => {
      await start();
      answer = () => signatureOf;
      const made = await alice.createRoom({ name: 'new', topic: 'signed' });
      expect(stored.length).to.be.greaterThan(6);
      expect(stored.map(isValid)).to.not.include(false);
      stored = [];
      await alice.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(made)}/upgrade`, { new_version: DEFAULT_ROOM_VERSION });
      await server.idle();
      expect(stored.map(({ type }) => type)).to.include.members(['m.room.create', 'm.room.tombstone']);
      expect(stored.map(isValid)).to.not.include(false);
    });

    it('is nothing when the signature makes the event too large', async () => {
      await start();
      const room11 = await alice.createRoom({ room_version: '11' });
      stored = [];
      const event = (length: number): Promise<unknown> => alice.send(room11, 'x'.repeat(length));
      // What fits without the signature of somebody else, and does not with it.
      answer = () => undefined;
      let length = 64_900;
      while (
        await event(length).then(
          () => true,
          () => false,
        )
      )
        length += 10;
      answer = () => signatureOf;
      stored = [];
      await expectError(event(length - 10), 413, 'M_TOO_LARGE');
      expect(stored).to.deep.equal([]);
    });

    it('is signed by a module in a thread of its own as well', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'plexus-signer-'));
      const file = join(folder, 'signer.mjs');
      const code = `export default class Signer {
        constructor(_, api) {
          api.registerThirdPartyRulesCallbacks({
            sign_event: (event) => event.type === 'm.room.message' ? (inPlace) => ({ 'a.org': { 'ed25519:a': inPlace.content.body } }) : undefined,
          });
        }
      }`;
      writeFileSync(file, code);
      await start({ modules: [{ module: file, isolation: 'worker' }] });
      await alice.send(room, 'abcd');
      expect(signaturesOf(stored[0])).to.have.all.keys('localhost', SIGNER, 'a.org').and.property('a.org').deep.equals({ 'ed25519:a': 'abcd' });
      rmSync(folder, { recursive: true });
    });
  });

  describe('a refusal', () => {
    it('keeps the event away, whether it comes at once or when the event has its place', async () => {
      await start();
      answer = () => Codes.FORBIDDEN;
      await expectError(alice.send(room, 'one'), 403, 'M_FORBIDDEN');
      answer = () => () => Codes.LIMIT_EXCEEDED;
      await expectError(alice.send(room, 'two'), 403, 'M_LIMIT_EXCEEDED');
      answer = () => () => {
        throw new MatrixError(400, 'M_SPAM', 'no');
      };
      await expectError(alice.send(room, 'three'), 400, 'M_SPAM');
      expect(stored).to.deep.equal([]);
      const trail = server.decisions.map(({ callback, outcome, said }) => `${callback} ${outcome} ${said}`);
      expect(trail).to.deep.equal([
        'sign_event refused M_FORBIDDEN This event may not be sent to this room',
        'sign_event refused M_LIMIT_EXCEEDED This event may not be sent to this room',
        'sign_event refused M_SPAM no',
      ]);
    });

    it('is what a failure comes to, unless the module says otherwise', async () => {
      await start();
      sign = () => ({ 'a.org': 'nonsense' }) as never;
      await expectError(alice.send(room, 'hi'), 500, 'M_UNKNOWN');
      expect(stored).to.deep.equal([]);
      await server.close();
      await start({}, { on_error: 'allow' });
      sign = () => Promise.reject(new Error('broken'));
      await alice.send(room, 'hi');
      expect(stored.map((event) => Object.keys(signaturesOf(event)))).to.deep.equal([['localhost']]);
    });

    it('is what comes of a module that does not answer; those who wait have their turn then', async () => {
      await start({ clock: 'fake' });
      const { opened: asked, open: isAsked } = gate();
      sign = (event) => {
        if (event.content['body'] !== 'never') return signatureOf(event);
        isAsked();
        return new Promise<never>(() => undefined);
      };
      const never = expectError(alice.send(room, 'never'), 500, 'M_UNKNOWN');
      await asked;
      const next = alice.send(room, 'next');
      await server.advance(5_000);
      await never;
      await next;
      expect(bodies()).to.deep.equal(['next']);
    });
  });

  describe('in one room', () => {
    it('signs one event at a time, each once and in its place', async () => {
      await start();
      let [open, most, times] = [0, 0, 0];
      sign = async (event) => {
        [open, times] = [open + 1, times + 1];
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return signatureOf(event);
      };
      const sent = ['a', 'b', 'c', 'd', 'e', 'f'];
      await Promise.all(sent.map((body) => alice.send(room, body)));
      expect(bodies()).to.have.members(sent);
      expect(stored.map(isValid)).to.not.include(false);
      expect([most, times]).to.deep.equal([1, sent.length]);
      // Nothing but the place has changed, about which nobody is asked.
      expect(gates).to.have.length(sent.length);
      for (const [index, event] of stored.slice(1).entries()) expect(event.getDict()['prev_events']).to.deep.equal([stored[index]?.eventId]);
    });

    it('takes no time from a module while the event waits for its turn', async () => {
      await start({ clock: 'fake' });
      const [secondWaits, firstSigns, secondSigns] = [gate(), gate(), gate()];
      answer = (event) => {
        if (event.content['body'] === 'second') secondWaits.open();
        return (inPlace) => sign(inPlace);
      };
      sign = async (event) => {
        const isFirst = event.content['body'] === 'first';
        (isFirst ? firstSigns : secondSigns).open();
        await api.sleep(3);
        // The room stands still, so that nobody is asked about the second one anew.
        if (isFirst) throw new MatrixError(403, Codes.FORBIDDEN, 'not this one');
        return signatureOf(event);
      };
      const first = expectError(alice.send(room, 'first'), 403, 'M_FORBIDDEN');
      await firstSigns.opened;
      const second = alice.send(room, 'second');
      await secondWaits.opened;
      await server.advance(3_000);
      await first;
      await secondSigns.opened;
      await server.advance(3_000);
      await second;
      expect(stored.map(isValid)).to.deep.equal([true]);
    });

    it('holds up nobody in other rooms, and no event that is not to be signed', async () => {
      await start();
      const other = await alice.createRoom();
      const { opened, open } = gate();
      sign = async (event) => {
        if (event.content['body'] === 'slow') await opened;
        return signatureOf(event);
      };
      const slow = alice.send(room, 'slow');
      await alice.send(other, 'elsewhere');
      await alice.setState(room, 'm.room.topic', { topic: 'here' });
      open();
      await slow;
      expect(stored.slice(-3).map(({ type }) => type)).to.deep.equal(['m.room.message', 'm.room.topic', 'm.room.message']);
    });

    it('signs once more, and asks everybody again, when the room has got another state meanwhile', async () => {
      await start();
      const states: unknown[] = [];
      answer = async (event, state) => {
        if (event.type !== 'm.room.message') return undefined;
        states.push((await state.get('m.room.name'))?.content['name']);
        return (inPlace) => sign(inPlace);
      };
      let times = 0;
      sign = outside(async (event) => {
        times += 1;
        if (times === 1) await rename('changed');
        return signatureOf(event);
      });
      await alice.send(room, 'hi');
      expect(bodies()).to.deep.equal(['changed', 'hi']);
      expect(stored.filter(({ type }) => type === 'm.room.message').map(isValid)).to.deep.equal([true]);
      expect([times, states]).to.deep.equal([2, [undefined, 'changed']]);
      expect(gates).to.deep.equal(['m.room.message', 'm.room.name', 'm.room.message']);
    });

    it('lets everybody in, though each changes the state by which the others were judged', async () => {
      await start();
      answer = () => signatureOf;
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      await Promise.all(names.map((name) => alice.setState(room, 'org.example.state', { name }, name)));
      expect(bodies()).to.have.members(names);
      expect(stored.map(isValid)).to.not.include(false);
    });

    it('signs the event in its new place when something that is not signed has come before it', async () => {
      await start();
      answer = (event) => (event.content['body'] === 'signed' ? (inPlace) => sign(inPlace) : undefined);
      let times = 0;
      sign = outside(async (event) => {
        times += 1;
        if (times === 1) await alice.send(room, 'quicker');
        return signatureOf(event);
      });
      await alice.send(room, 'signed');
      expect([bodies(), times]).to.deep.equal([['quicker', 'signed'], 2]);
      expect(stored.map(isValid)).to.deep.equal([false, true]);
    });

    it('gives up after some time when others are always quicker', async () => {
      await start();
      answer = (event) => (event.content['body'] === 'signed' ? (inPlace) => sign(inPlace) : undefined);
      sign = outside(async (event) => {
        await alice.send(room, 'quicker');
        return signatureOf(event);
      });
      await expectError(alice.send(room, 'signed'), 503, 'M_UNKNOWN');
      expect(new Set(bodies())).to.deep.equal(new Set(['quicker']));
    });
  });

  describe('a module that acts while it signs', () => {
    const act = (where: string, type = 'm.room.message'): Promise<unknown> =>
      api.createAndSendEventIntoRoom({ type, room_id: where, sender: alice.userId, content: { body: 'of the module' } });

    it('is refused in the same room, whether that would be signed or not', async () => {
      for (const type of ['m.room.message', 'org.example.unsigned']) {
        await start();
        sign = async (event) => {
          await act(room, type);
          return signatureOf(event);
        };
        const refused = await expectError(alice.send(room, 'hi'), 500, 'M_UNKNOWN');
        expect(refused.body['error']).to.match(/^While a module signs an event it can do nothing/);
        expect(stored).to.deep.equal([]);
        sign = signatureOf;
        await alice.send(room, 'again');
        expect(bodies()).to.deep.equal(['again']);
        if (type === 'm.room.message') await server.close();
      }
    });

    it('may act in a room where nobody signs, and anywhere in the background', async () => {
      await start();
      const other = await alice.createRoom();
      stored = [];
      let later: Promise<unknown> = Promise.resolve();
      sign = async (event) => {
        if (event.content['body'] !== 'hi') return signatureOf(event);
        await act(other, 'org.example.unsigned');
        later = api.runAsBackgroundProcess('answer', () => act(room));
        return signatureOf(event);
      };
      await alice.send(room, 'hi');
      await later;
      expect(bodies()).to.deep.equal(['of the module', 'hi', 'of the module']);
    });

    it('is refused in other rooms whose events are signed, where two could wait for each other', async () => {
      await start();
      const other = await alice.createRoom();
      sign = async (event) => {
        await act(other);
        return signatureOf(event);
      };
      await expectError(alice.send(room, 'hi'), 500, 'M_UNKNOWN');
    });
  });

  it('is asked in shadow mode without any effect', async () => {
    await start({}, { mode: 'shadow' });
    let times = 0;
    sign = () => {
      times += 1;
      throw new MatrixError(403, 'M_FORBIDDEN', 'never');
    };
    await alice.send(room, 'hi');
    await server.idle();
    expect([times, stored.map((event) => Object.keys(signaturesOf(event)))]).to.deep.equal([1, [['localhost']]]);
    expect(server.decisions.map(({ callback, outcome, shadow }) => [callback, outcome, shadow])).to.deep.equal([['sign_event', 'refused', true]]);
  });

  it('is not asked of what nobody but its sender will see', async () => {
    const banning = moduleWith(({ registerSpamCheckerCallbacks }) =>
      registerSpamCheckerCallbacks({
        check_registration_for_spam: (_email, name) => (name === 'mallory' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
      }),
    );
    await start({ modules: [{ module: banning }] });
    const mallory = await server.user('mallory');
    const theirs = await mallory.createRoom();
    let asked = 0;
    answer = () => void (asked += 1);
    await mallory.send(theirs, 'hidden');
    await alice.send(room, 'seen');
    expect(asked).to.equal(1);
  });

  it('turns people away when too many wait', async () => {
    await start();
    const { opened, open } = gate();
    sign = async (event) => {
      await opened;
      return signatureOf(event);
    };
    const sent = Array.from({ length: 102 }, (_, index) => alice.send(room, String(index)));
    const refused = await Promise.any(sent.map((one) => expectError(one, 429, 'M_LIMIT_EXCEEDED')));
    expect(refused.body['retry_after_ms']).to.be.greaterThan(0);
    open();
    expect((await Promise.allSettled(sent)).filter(({ status }) => status === 'fulfilled')).to.have.length(101);
  });
});

/** Signs as if somebody else was at work there: nothing knows that what they do follows from the signing. */
function outside(sign: Signing): Signing {
  const elsewhere = new AsyncResource('a client');
  return (event) => elsewhere.runInAsyncScope(() => sign(event));
}
