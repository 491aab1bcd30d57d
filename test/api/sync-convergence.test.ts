import { expect } from 'chai';
import fc from 'fast-check';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { filtered, inRoom, roomsIn, type WireEvent } from './sync-reply.ts';

type State = Map<string, string>;
const keyOf = (event: WireEvent): string => `${event.type}|${event.state_key}`;

/** What a client makes of a room by doing what the specification tells it to. */
class Client {
  readonly #user: TestUser;
  readonly #room: string;
  readonly #query: Readonly<Record<string, string>>;
  #since: string | undefined;
  readonly state: State = new Map();
  joined = false;

  constructor(user: TestUser, room: string, query: Readonly<Record<string, string>>) {
    this.#user = user;
    this.#room = room;
    this.#query = query;
  }

  async sync(): Promise<void> {
    const reply = await this.#user.sync({ ...this.#query, ...(this.#since !== undefined && { since: this.#since }) });
    this.#since = reply.next_batch;
    const place = (['join', 'leave'] as const).find((one) => this.#room in roomsIn(reply, one));
    if (place === undefined) return;
    this.joined = place === 'join';
    const { state, stateAfter, timeline } = inRoom(reply, this.#room, place);
    for (const event of stateAfter ?? [...(state ?? []), ...timeline.events]) {
      if (event.state_key !== undefined) this.state.set(keyOf(event), event.event_id ?? '');
    }
  }
}

/** What happens in the room, and when each client looks. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), key: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('come or go' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sync' as const), client: fc.nat({ max: 3 }) }) },
);

describe('GET /sync: what a client knows', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const limited = (limit: number, more: object = {}): { filter: string } => filtered({ room: { timeline: { limit, ...more } } });

  it('is the state of the room, however it syncs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const room = await alice.createRoom({ preset: 'public_chat' });
        const clients = [
          new Client(bob, room, limited(1)),
          new Client(bob, room, { ...limited(2), use_state_after: 'true' }),
          new Client(bob, room, limited(3, { types: ['m.room.message'] })),
          new Client(bob, room, limited(50)),
        ];
        await bob.join(room);
        let isInside = true;
        for (const [index, one] of steps.entries()) {
          if (one.do === 'say') await alice.send(room, `step ${index}`);
          else if (one.do === 'set') await alice.setState(room, 'org.example.thing', { index }, one.key);
          else if (one.do === 'sync') await clients[one.client]?.sync();
          else {
            await (isInside ? bob.leave(room) : bob.join(room));
            isInside = !isInside;
          }
        }
        if (!isInside) await bob.join(room);
        const present = (await alice.request('GET', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`)) as unknown as WireEvent[];
        const expected = Object.fromEntries(present.map((event) => [keyOf(event), event.event_id]).toSorted());
        for (const client of clients) {
          await client.sync();
          expect(client.joined).to.equal(true);
          expect(Object.fromEntries([...client.state].toSorted())).to.deep.equal(expected);
        }
      }),
      { numRuns: 8 },
    );
  }).timeout(30_000);
});
