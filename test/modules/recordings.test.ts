import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../src/config/config.ts';
import type { ServerName } from '../../src/core/identifiers.ts';
import type { ModuleApi, StateEvents } from '../../src/modules/public.ts';
import { createLog } from '../../src/server/logging.ts';
import { judgeHistory, PastClock, storedHistory } from '../../src/server/replay/history-walk.ts';
import { questionsAbout, type PastQuestions } from '../../src/server/replay/questions.ts';
import { unreadable } from '../../src/server/replay/recording/unreadable.ts';
import { replayActions } from '../../src/server/replay/replay-actions.ts';
import { ReplayedModule } from '../../src/server/replay/replayed-module.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { boot, decisionText, record, replay, replayDifferences, type TestServer } from '../../src/testing/index.ts';
import { plexusInTurn } from '../support/plexus-command.ts';

const V3 = '/_matrix/client/v3';

/** Writes down all that it is asked, with the whole state that the room had. */
class Witness {
  static seen: unknown[] = [];
  constructor(_config: object, api: ModuleApi) {
    const { seen } = Witness;
    const note =
      (name: string) =>
      (...args: readonly unknown[]): true => {
        seen.push([name, ...args]);
        return true;
      };
    api.registerSpamCheckerCallbacks({
      user_may_create_room: note('create'),
      user_may_invite: note('invite'),
      user_may_join_room: note('join'),
      user_may_send_state_event: (...args) => note('state')(...args) && 'NOT_SPAM',
    });
    api.registerThirdPartyRulesCallbacks({
      async check_event_allowed(event, state) {
        seen.push([event.eventId, event.sender, event.type, event.stateKey, event.content, api.clock.now(), await allOf(state)]);
        return true;
      },
    });
  }
}

async function allOf(state: StateEvents): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const [type, stateKey, event] of state) {
    expect((await state.get(type, stateKey))?.eventId).to.equal(event.eventId);
    all.push([type, stateKey, event.eventId, event.content]);
  }
  return all.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/** Refuses a word, and replaces another. */
class Words {
  constructor({ refused = 'spam' }: { refused?: string }, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({ check_event_for_spam: ({ content }) => content['body'] === refused });
    api.registerThirdPartyRulesCallbacks({
      check_event_allowed: (event) => (event.content['body'] === 'ham' ? [true, { ...event.getDict(), content: { body: refused } }] : true),
    });
    api.registerAccountValidityCallbacks({ on_user_registration: () => undefined });
  }
}

describe('recordings of what modules were asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-recordings-'));
  const [whole, wordless, recent] = ['whole.jsonl', 'wordless.jsonl', 'recent.jsonl'].map((name) => join(folder, name)) as [string, string, string];
  let image: Buffer;
  let topicSet: number;
  before(async () => {
    const server = await boot({ port: 'none', clock: 'fake', modules: [{ module: ShadowBan }] });
    await events(server);
    image = server.databaseImage();
    await server.close();
    await record(image, whole, { words: true });
    await record(image, wordless);
    await record(image, recent, { words: true, since: topicSet });
  });
  after(() => rmSync(folder, { recursive: true }));

  /** All that makes the state of a room come out otherwise than its events one after the other. */
  async function events(server: TestServer): Promise<void> {
    const [alice, bob, eve] = [await server.user('alice'), await server.user('bob'), await server.user('eve')];
    const room = await alice.createRoom({ preset: 'public_chat', name: 'Room', power_level_content_override: { users_default: 50 } });
    await alice.invite(room, bob);
    await bob.join(room);
    await eve.join(room);
    await alice.setState(room, 'm.room.topic', { topic: 'first' });
    await alice.send(room, 'spam');
    await server.advance(60_000);
    topicSet = server.clock.now();
    const topic = await alice.setState(room, 'm.room.topic', { topic: 'second' });
    await alice.redact(room, topic);
    await alice.send(room, 'ham');
    await bob.send(room, { msgtype: 'm.text', body: 'see https://example.org/1', 'm.mentions': { user_ids: [alice.userId] } });
    const other = await bob.createRoom({ room_version: '2' });
    await bob.send(other, 'in an old room');
    await alice.request('POST', `${V3}/rooms/${encodeURIComponent(room)}/upgrade`, { new_version: '11' });
    await server.idle();
  }

  const seenIn = async (recording: string): Promise<readonly unknown[]> => {
    Witness.seen = [];
    await replay(recording, { module: Witness });
    return Witness.seen;
  };

  it('ask exactly what the database asks', async () => {
    const database = new SqliteDatabase(image);
    const clock = new PastClock();
    const config = defaultConfig({ modules: [{ module: Witness }] });
    const services = {
      serverName: 'localhost' as ServerName,
      version: '0.1.0',
      publicBaseurl: undefined,
      folder,
      clock,
      log: createLog('silent', 'text'),
    };
    Witness.seen = [];
    const module = await ReplayedModule.load(config.modules[0]!, services, (refuse) => replayActions({ config, database, clock }, refuse));
    async function* past(): AsyncGenerator<PastQuestions> {
      for await (const stored of storedHistory(database, 0)) if (stored.redactedBy === undefined) yield await questionsAbout(stored, database);
    }
    await judgeHistory([module], clock, past(), () => undefined);
    const asked = Witness.seen;
    expect(asked).to.have.length.greaterThan(30);
    for (const name of ['create', 'invite', 'join', 'state']) expect(asked.map((one) => (one as string[])[0])).to.include(name);
    expect(await seenIn(whole)).to.deep.equal(asked);
    const judged = (seen: readonly unknown[]): readonly unknown[] => seen.filter((one) => (one as string[])[0]?.startsWith('$'));
    const later = judged(await seenIn(recent));
    expect(later).to.have.length.within(5, judged(asked).length - 5);
    expect(later).to.deep.equal(judged(asked).slice(-later.length));
  });

  it('leave out what people wrote, but not how much, unless that is wanted', async () => {
    const text = readFileSync(wordless, 'utf8');
    for (const word of ['spam', 'ham', 'first', 'Room', 'old']) expect(text, word).not.to.contain(`"${word}`);
    expect(text).to.contain('"xxx https://xxxxxxx.xxx/0"').and.contain('"@alice:localhost"').and.contain('"topic":"xxxxx"').and.contain('"m.text"');
    expect(statSync(wordless).mode & 0o077).to.equal(0);
    const texts = { a: ['Größe 42', 'mxc://localhost/abc', '#room:localhost', '#room', null, 3], membership: 'join' };
    expect(unreadable(texts)).to.deep.equal({ a: ['xxxxx 00', 'mxc://localhost/abc', '#room:localhost', '#xxxx', null, 3], membership: 'join' });
    const named = (asked: readonly unknown[]): unknown => asked.map((one) => (one as unknown[]).slice(0, 4));
    expect(named(await seenIn(wordless))).to.have.length((await seenIn(whole)).length);
  });

  it('are asked again and again, and differ where modules or configurations do', async () => {
    const [first, again, stricter] = [
      await replay(whole, { module: Words }),
      await replay(whole, { module: Words }),
      await replay(whole, { module: Words, config: { refused: 'in an old room' } }),
    ];
    expect(decisionText(first.decisions)).to.equal(decisionText(again.decisions));
    expect(
      decisionText(first.decisions)
        .split('\n')
        .map((line) => line.split(' ').slice(0, 3)),
    ).to.deep.equal([
      ['refused', 'Words', 'check_event_for_spam'],
      ['replaced', 'Words', 'check_event_allowed'],
      ['refused', 'Words', 'check_event_for_spam'],
    ]);
    expect(first.events.flatMap(({ replacement }) => replacement?.['content'] ?? [])).to.deep.equal([{ body: 'spam' }]);
    expect(replayDifferences(first, again)).to.deep.equal([]);
    const differences = replayDifferences(first, stricter);
    expect(
      differences.map(({ one, other }) => [one.decisions.map(({ outcome }) => outcome), other.decisions.map(({ outcome }) => outcome)]),
    ).to.deep.equal([
      [['refused'], []],
      [
        ['replaced', 'refused'],
        ['replaced', 'refused'],
      ],
      [[], ['refused']],
    ]);
    expect(() => replayDifferences(first, { ...again, events: [] })).to.throw('different recordings');
  });

  it('let a module do nothing', async () => {
    class Meddler {
      constructor(_config: object, api: ModuleApi) {
        api.registerSpamCheckerCallbacks({
          async user_may_create_room(userId) {
            await api.httpClient.getJson(`https://example.org/${userId}`).catch(() => undefined);
            return true;
          },
        });
      }
    }
    expect(Object.fromEntries((await replay(whole, { module: Meddler })).tried)).to.deep.equal({ 'a request to another server': 3 });
  });

  it('are made on the command line, of a running server or of a copy', () => {
    const place = join(folder, 'server');
    const copy = join(folder, 'copy.db');
    new SqliteDatabase(image).copyTo(copy);
    writeFileSync(join(folder, 'config.yaml'), `server_name: localhost\ndata_dir: ${place}\n`);
    const file = join(folder, 'made.jsonl');
    const run = (...args: string[]): string => {
      const { stdout, stderr } = plexusInTurn(folder, args);
      return stdout + stderr;
    };
    expect(run('record', file, '--database', copy, '--since', '10000d', '--with-words')).to.contain('keep it as safe as the database');
    const withoutHead = (name: string): string => readFileSync(name, 'utf8').slice(readFileSync(name, 'utf8').indexOf('\n'));
    expect(withoutHead(file)).to.equal(withoutHead(whole));
    expect(run('record', file)).to.contain('is there already');
    expect(run('record', join(folder, 'other.jsonl'))).to.contain('There is no database');
    expect(existsSync(join(folder, 'other.jsonl'))).to.equal(false);
  }).timeout(30_000);

  it('are refused where they are none', async () => {
    const refusal = async (text: string): Promise<string> => {
      const file = join(folder, 'bad.jsonl');
      writeFileSync(file, text);
      return replay(file, { module: Words }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    };
    const [head = ''] = readFileSync(whole, 'utf8').split('\n');
    expect(await refusal('')).to.contain('no recording of form 1');
    expect(await refusal('{"plexus_recording": 2}')).to.contain('no recording of form 1');
    expect(await refusal(`${head}\n{`)).to.equal('line 2 is no JSON');
    expect(await refusal(`${head}\n{"room_id": "!x:y", "state": []}`)).to.contain('line 2 is of a room that no line before has introduced');
    expect(await refusal(`${head}\n{"room_id": "!x:y", "version": "99"}`)).to.contain('has version 99');
    expect(await refusal(`${head}\n\n`)).to.equal('taken');
  });
});

/** Shows to nobody what eve does. */
class ShadowBan {
  constructor(_config: object, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({ check_registration_for_spam: (_threepid, username) => (username === 'eve' ? 'shadow_ban' : 'allow') });
  }
}
