import { expect } from 'chai';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestJson } from '../../src/testing/request.ts';
import { RequestFailed } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { ServerProcess } from '../support/server-process.ts';
import { RawDatabase } from '../support/raw-database.ts';

const ROUNDS = 25;
const CLIENTS = 20;
const ROOMS = 4;
/** How many messages are acknowledged before a round ends: each ends at another point of what the server does. */
const roundLength = (round: number): number => 20 + ((round * 37) % 60);

const V3 = '/_matrix/client/v3';
const FILTER = JSON.stringify({ room: { timeline: { limit: 100, types: ['m.room.message'] } } });

interface Account {
  readonly name: string;
  readonly token: string;
  readonly room: string;
}

/** Somebody who writes numbered messages one after the other, sends each again until it is acknowledged, and reads along. */
class WritingClient {
  readonly acknowledged: { readonly body: string; readonly eventId: string }[] = [];
  /** The events of the room as /sync told them, in order. */
  readonly told: string[] = [];
  readonly #account: Account;
  #since: string | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  get room(): string {
    return this.#account.room;
  }

  /** Writes until the server is gone. @param onAcknowledged called after each message that the server has taken */
  async write(url: string, onAcknowledged: () => void): Promise<void> {
    await untilGone(async () => {
      const body = `${this.#account.name} ${this.acknowledged.length}`;
      const path = `${V3}/rooms/${encodeURIComponent(this.room)}/send/m.room.message/${this.acknowledged.length}`;
      const reply = await this.#request(url, 'PUT', path, { msgtype: 'm.text', body });
      this.acknowledged.push({ body, eventId: reply['event_id'] as string });
      onAcknowledged();
    });
  }

  /** Syncs on, again and again, until the server is gone. */
  async read(url: string): Promise<void> {
    await untilGone(() => this.sync(url, 1_000));
  }

  /** One /sync from where the last one ended; what a limited timeline leaves out is fetched as clients do. */
  async sync(url: string, timeout: number): Promise<void> {
    const since = this.#since;
    const query = { filter: FILTER, timeout: String(timeout), ...(since !== undefined && { since }) };
    const reply = await this.#request(url, 'GET', `${V3}/sync?${new URLSearchParams(query).toString()}`);
    const rooms = reply['rooms'] as { join?: Record<string, { timeline: { events: Json[]; limited: boolean; prev_batch: string } }> } | undefined;
    const timeline = rooms?.join?.[this.room]?.timeline;
    if (timeline !== undefined) {
      const between = timeline.limited && since !== undefined ? await this.#between(url, since, timeline.prev_batch) : [];
      this.told.push(...[...between, ...timeline.events].map((event) => event['event_id'] as string));
    }
    this.#since = reply['next_batch'] as string;
  }

  /** The room's whole timeline, oldest first. */
  async history(url: string): Promise<Json[]> {
    return this.#pages(url, { dir: 'f' });
  }

  async #between(url: string, since: string, until: string): Promise<Json[]> {
    return (await this.#pages(url, { dir: 'b', from: until, to: since })).toReversed();
  }

  async #pages(url: string, query: Readonly<Record<string, string>>): Promise<Json[]> {
    const events: Json[] = [];
    let from: unknown = query['from'];
    do {
      const page = { ...query, limit: '1000', filter: '{"types":["m.room.message"]}', ...(typeof from === 'string' && { from }) };
      const path = `${V3}/rooms/${encodeURIComponent(this.room)}/messages?${new URLSearchParams(page).toString()}`;
      const reply = await this.#request(url, 'GET', path);
      events.push(...(reply['chunk'] as Json[]));
      from = reply['end'];
    } while (from !== undefined);
    return events;
  }

  #request(url: string, method: string, path: string, body?: Json): Promise<Json> {
    return requestJson(url, method, path, body, this.#account.token) as Promise<Json>;
  }
}

/** Does something again and again until there is no connection any more. Refusals are failures of the test. */
async function untilGone(act: () => Promise<void>): Promise<void> {
  try {
    for (;;) await act();
  } catch (error) {
    if (error instanceof RequestFailed || !isLostConnection(error)) throw error;
  }
}

/** What fetch throws for a connection that is refused or breaks off, also in the middle of a reply. */
const isLostConnection = (error: unknown): boolean => error instanceof TypeError && /fetch failed|terminated/.test(error.message);

describe('a server that is killed while clients write', function () {
  this.timeout(180_000);
  let folder: string;
  let server: ServerProcess | undefined;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-crash-'))));
  after(async () => {
    await server?.kill();
    rmSync(folder, { recursive: true });
  });

  /** On a copy, with the log that the killed server left: the server itself is to do the recovery. */
  const integrity = (): unknown => {
    const copy = join(folder, 'copy');
    mkdirSync(copy, { recursive: true });
    for (const suffix of ['', '-wal']) {
      const file = join(folder, 'data', `plexus.db${suffix}`);
      if (existsSync(file)) copyFileSync(file, join(copy, `plexus.db${suffix}`));
    }
    const database = new RawDatabase(join(copy, 'plexus.db'));
    const answer = [database.all('pragma integrity_check'), database.all('pragma foreign_key_check')];
    database.close();
    rmSync(copy, { recursive: true });
    return answer;
  };

  const register = async (url: string, name: string): Promise<string> => {
    const reply = await requestJson(url, 'POST', `${V3}/register`, { username: name, password: 'secret', auth: { type: 'm.login.dummy' } });
    return (reply as { access_token: string }).access_token;
  };

  async function makeClients(url: string): Promise<WritingClient[]> {
    const owner = await register(url, 'owner');
    const clients: WritingClient[] = [];
    for (let number = 0; number < ROOMS; number++) {
      const { room_id: room } = (await requestJson(url, 'POST', `${V3}/createRoom`, { preset: 'public_chat' }, owner)) as { room_id: string };
      for (let member = 0; member < CLIENTS / ROOMS; member++) {
        const name = `client${number}-${member}`;
        const token = await register(url, name);
        await requestJson(url, 'POST', `${V3}/join/${encodeURIComponent(room)}`, {}, token);
        clients.push(new WritingClient({ name, token, room }));
      }
    }
    return clients;
  }

  /** Lets everybody write, and one in each room read along, and kills the server in the midst of it. */
  async function killWhileWorking(running: ServerProcess, clients: readonly WritingClient[], acknowledgements: number): Promise<void> {
    let remaining = acknowledgements;
    let killed: Promise<void> | undefined;
    const count = (): void => {
      if (--remaining === 0) killed = running.kill();
    };
    const reading = clients.filter(({ room }, index) => clients.findIndex((other) => other.room === room) === index);
    await Promise.all([...clients.map((client) => client.write(running.url, count)), ...reading.map((client) => client.read(running.url))]);
    await killed;
  }

  it(`loses nothing that it acknowledged, ${ROUNDS} times`, async () => {
    server = await ServerProcess.start(folder);
    const clients = await makeClients(server.url);
    for (let round = 0; round < ROUNDS; round++) {
      const { url } = (server = round === 0 ? server : await ServerProcess.start(folder));
      // Everybody goes on from their old token before anything new is written.
      await Promise.all(clients.map((client) => client.sync(url, 0)));
      await killWhileWorking(server, clients, roundLength(round));
      expect(integrity(), `round ${round}`).to.deep.equal([[{ integrity_check: 'ok' }], []]);
    }

    const { url } = (server = await ServerProcess.start(folder));
    for (const client of clients) {
      await client.sync(url, 0);
      const history = await client.history(url);
      const ids = history.map((event) => event['event_id']);
      expect(client.told, 'what /sync told, without a gap and nothing twice').to.deep.equal(ids);
      const bodies = history.map((event) => (event['content'] as Json)['body'] as string);
      const place = new Map(ids.map((id, index) => [id, index]));
      for (const { body, eventId } of client.acknowledged) expect(bodies[place.get(eventId) ?? -1]).to.equal(body);
      const own = bodies.filter((body) => body.startsWith(`${client.acknowledged[0]?.body.split(' ')[0]} `));
      expect(own.slice(0, client.acknowledged.length), 'in the order in which they were sent, each once').to.deep.equal(
        client.acknowledged.map(({ body }) => body),
      );
      // The last one may have been stored without being acknowledged.
      expect(own.length - client.acknowledged.length).to.be.within(0, 1);
    }
    await server.stop();
  });
});
