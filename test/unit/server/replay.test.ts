import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, record, type TestServer, type TestUser } from '../../../src/testing/index.ts';
import { plexusInTurn } from '../../support/plexus-command.ts';
import { RawDatabase } from '../../support/raw-database.ts';

/** Refuses words, in rooms that had a topic at that time; lets nobody invite mallory, and meddles where it can. */
const MODULE = `
  export default class Words {
    static parseConfig(config) { return config; }
    constructor({ words = [], unsigned = [], meddles = false }, api) {
      const asked = [];
      api.registerSpamCheckerCallbacks({
        check_event_for_spam: async (event) => {
          if (meddles && event.type === 'm.room.message') {
            await api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: event.roomId, sender: event.sender, content: { body: 'x' } }).catch(() => 0);
            await api.store.set('seen', ((await api.store.get('seen')) ?? 0) + 1);
            if ((await api.store.get('seen')) === 2) return 'the second message';
          }
          return words.includes(event.content.body);
        },
        user_may_invite: (inviter, invitee) => invitee !== '@mallory:localhost',
        user_may_join_room: (user, room, isInvited) => { if (user === '@bob:localhost' && isInvited) throw new Error('broken'); return true; },
        user_may_send_state_event: (user, room, type) => type === 'org.example.forbidden' ? 'M_FORBIDDEN' : 'NOT_SPAM',
      });
      api.registerThirdPartyRulesCallbacks({
        sign_event: (event) => unsigned.includes(event.content.body) ? (inPlace) => inPlace.eventId && 'M_FORBIDDEN' : undefined,
        check_event_allowed: async (event, state) => {
          if (event.content.body !== 'topical') return true;
          const topic = await state.get('m.room.topic');
          return topic ? [true, { ...event.getDict(), content: { body: topic.content.topic } }] : true;
        },
      });
    }
  }`;

describe('plexus replay', () => {
  let folder: string;
  let server: TestServer;
  let alice: TestUser;
  let spam: string, topical: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-replay-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'words.mjs'), MODULE);
    writeFileSync(
      join(folder, 'config.yaml'),
      "server_name: localhost\nmodules: [{ module: './words.mjs', name: house-words, config: { words: [spam] } }, { module: 'plexus:demo' }]",
    );
    server = await boot({ database: join(folder, 'data', 'plexus.db') });
    alice = await server.user('alice');
    const [bob, mallory] = [await server.user('bob'), await server.user('mallory')];
    const room = await alice.createRoom();
    await alice.send(room, 'topical');
    await alice.setState(room, 'm.room.topic', { topic: 'cats' });
    topical = await alice.send(room, 'topical');
    await alice.setState(room, 'm.room.topic', { topic: 'dogs' });
    spam = await alice.send(room, 'spam');
    await alice.send(room, 'ham');
    await alice.invite(room, mallory);
    await alice.invite(room, bob);
    await bob.join(room);
    await alice.setState(room, 'org.example.forbidden', {});
    const redacted = await alice.send(room, 'spam');
    await alice.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(redacted)}/1`, {});
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const replayIn = (cwd: string, ...args: string[]): ReturnType<typeof plexusInTurn> => plexusInTurn(cwd, ['replay', ...args]);
  const replay = (...args: string[]): ReturnType<typeof replayIn> => replayIn(folder, ...args);
  const counts = (): unknown => {
    const database = new RawDatabase(join(folder, 'data', 'plexus.db'), { readonly: true });
    const found = database.all('select (select count(*) from events) as events, (select count(*) from module_store) as stored');
    database.close();
    return found;
  };

  it('prints what a module would have refused and replaced, beside the running server and by the state of that time', () => {
    const { status, stdout, stderr } = replay('--module', 'house-words');
    expect(stderr).to.equal('');
    const lines = stdout.split('\n');
    const about = (eventId: string): string | undefined => lines[lines.findIndex((line) => line.includes(eventId)) + 1];
    expect(about(spam)).to.match(/^ {2}refused by check_event_for_spam: M_FORBIDDEN /);
    expect(about(topical)).to.equal('  replaced by check_event_allowed: another msgtype, body');
    expect(lines.filter((line) => line.startsWith('  refused by')).map((line) => line.split(':')[0])).to.deep.equal([
      '  refused by check_event_for_spam',
      '  refused by user_may_invite',
      '  refused by user_may_send_state_event',
    ]);
    expect(lines).to.include('  failed by user_may_join_room: broken');
    expect(lines).to.include('house-words: 3 events refused, 1 replaced, 1 on which it failed');
    expect(stdout).to.match(/\d+ events since .* UTC, without 1 that were redacted/);
    expect(stdout).to.match(/ {2}user_may_send_state_event: asked 3 times, 1 refused, \d/);
    expect(status).to.equal(0);
  });

  it('has no effect: what the module does is refused and counted, what it keeps is forgotten', () => {
    const before = counts();
    const { stdout } = replay('-m', './words.mjs', '--module-config', '{"meddles": true}');
    expect(stdout)
      .to.contain('the second message')
      .and.match(/It tried what is not done in a replay: send-event \(\d+ times\)/);
    expect(counts()).to.deep.equal(before);
  });

  it('asks by whom events are signed, and lets them be signed', () => {
    const { stdout } = replay('-m', './words.mjs', '--module-config', '{"unsigned": ["spam"]}');
    const lines = stdout.split('\n');
    expect(lines[lines.findIndex((line) => line.includes(spam)) + 1]).to.match(/^ {2}refused by sign_event: M_FORBIDDEN /);
  });

  it('compares two configurations, and two modules', () => {
    writeFileSync(join(folder, 'stricter.yaml'), 'words: [spam, ham]');
    const { stdout } = replay('-m', 'house-words', '--against', 'stricter.yaml');
    expect(stdout).to.contain('  house-words: allowed\n  house-words (stricter.yaml): refused by check_event_for_spam');
    expect(stdout).not.to.contain(spam);
    expect(stdout).to.contain('Compared: 5 events on which both do the same, 0 only house-words, 1 only house-words (stricter.yaml), 0 differently');
    const other = replay('-m', 'house-words', '--against', 'plexus:demo', '--module-config', '{}', '--summary').stdout.trim().split('\n');
    expect(other[0]).to.match(/^\d+ events since/);
    expect(other.at(-1)).to.match(/^Compared: 0 events on which both do the same, 4 only house-words, 0 only demo/);
  });

  describe('of a recording', () => {
    let elsewhere: string;
    before(async () => {
      elsewhere = mkdtempSync(join(tmpdir(), 'plexus-replay-recording-'));
      writeFileSync(join(elsewhere, 'words.mjs'), MODULE);
      await record(join(folder, 'data', 'plexus.db'), join(elsewhere, 'all.jsonl'), { words: true });
    });
    after(() => rmSync(elsewhere, { recursive: true }));
    const ofRecording = (...args: string[]): ReturnType<typeof replay> => replayIn(elsewhere, '--recording', 'all.jsonl', ...args);
    const withoutFigures = (text: string): string => text.replaceAll(/, [\d.]+ ms each|since \S+ \S+/g, '');

    it('prints the same, without a server or a configuration', () => {
      const { status, stdout, stderr } = ofRecording('-m', './words.mjs', '--module-config', '{"words": ["spam"], "unsigned": ["ham"]}');
      expect(stderr).to.equal('');
      expect(status).to.equal(0);
      expect(stdout).to.contain('refused by sign_event: M_FORBIDDEN').and.to.contain('replaced by check_event_allowed');
      const stored = replay('-m', './words.mjs', '--module-config', '{"words": ["spam"], "unsigned": ["ham"]}').stdout;
      expect(withoutFigures(stdout)).to.equal(
        withoutFigures(stored.replace(', without 1 that were redacted', '').replaceAll('house-words', 'words')),
      );
    });

    it('compares', () => {
      const { stdout } = ofRecording('-m', './words.mjs', '--module-config', '{"words": ["spam"]}', '--against', '{"words": ["spam", "ham"]}');
      expect(stdout).to.contain('words ({"words": ["spam", "ham"]}): refused by check_event_for_spam');
      expect(stdout).to.contain('Compared: 5 events on which both do the same, 0 only words, 1 only');
    });

    it('looks modules up in a configuration where there is one', () => {
      writeFileSync(
        join(elsewhere, 'other.yaml'),
        "server_name: other.example\nmodules: [{ module: './words.mjs', name: named, config: { words: [spam] } }]",
      );
      expect(ofRecording('-m', 'named', '-c', 'other.yaml', '--summary').stdout).to.contain('named: 3 events refused, 1 replaced');
    });

    it('is refused where it is none', () => {
      const refusal = (...args: string[]): string => replayIn(elsewhere, '-m', './words.mjs', '--recording', ...args).stderr;
      expect(refusal('none.jsonl')).to.equal('There is no file none.jsonl\n');
      expect(refusal('words.mjs')).to.match(/^words\.mjs: line 1 is no JSON/);
      expect(refusal('all.jsonl', '--since', '1d')).to.contain('cannot be used with option');
    }).timeout(30_000);
  });

  it('looks back no further than it is told', () => {
    expect(replay('-m', 'house-words', '--since', '0s').stdout).to.match(/^0 events since/);
    expect(replay('-m', 'house-words', '--since', 'ever').stderr).to.contain('is not a duration');
  });

  it('finds a module by the name that it has of its own', () => {
    expect(replay('-m', 'demo').stdout).to.contain('demo: 0 events refused');
    expect(replay('-m', 'dem').stderr).to.contain('dem cannot be loaded');
  });

  it('says what is wrong with a module or its configuration', () => {
    expect(replay('-m', 'plexus:dem')).to.include({ status: 1 }).and.have.property('stderr').that.contains('did you mean plexus:demo?');
    expect(replay('-m', 'house-words', '--module-config', 'none.yaml').stderr).to.contain('There is no file none.yaml');
    expect(replay('-m', 'house-words', '--against', '{"a": ').stderr).not.to.equal('');
  });
});
