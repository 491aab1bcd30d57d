import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectError } from '../../../src/testing/index.ts';
import { requestJson } from '../../../src/testing/request.ts';
import { plexusInTurn } from '../../support/plexus-command.ts';
import { ServerProcess } from '../../support/server-process.ts';

const MODULE = `
  export default class {
    constructor(config, api) {
      api.registerSpamCheckerCallbacks({
        check_event_for_spam: (event) => event.content.body === 'spam' && 'no \\u001b[31mspam here',
      });
      api.registerThirdPartyRulesCallbacks({
        check_event_allowed: (event) => event.content.body === 'rude' ? [true, { ...event.getDict(), content: { body: 'please' } }] : true,
      });
    }
  }`;

describe('plexus explain', () => {
  let folder: string;
  let server: ServerProcess;
  let token: string;
  let room: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-explain-'));
    writeFileSync(join(folder, 'strict.mjs'), MODULE);
    server = await ServerProcess.start(folder, "modules: [{ module: './strict.mjs', name: strict }]\ndecisions: { tell_incidents: true }\n");
    const account = { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } };
    token = ((await requestJson(server.url, 'POST', '/_matrix/client/v3/register', account)) as { access_token: string }).access_token;
    room = ((await requestJson(server.url, 'POST', '/_matrix/client/v3/createRoom', {}, token)) as { room_id: string }).room_id;
  });
  after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  const send = (body: string): Promise<unknown> => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${body}`;
    return requestJson(server.url, 'PUT', path, { msgtype: 'm.text', body }, token);
  };
  const plexus = (...args: string[]): ReturnType<typeof plexusInTurn> => plexusInTurn(folder, args);
  /** What was decided a moment ago is stored behind the request. */
  const explained = (id: string): string => {
    for (let turn = 0; turn < 20; turn++) {
      const { status, stdout } = plexus('explain', id);
      if (status === 0 && !stdout.includes('has nothing about it')) return stdout;
    }
    throw new Error(`Nothing explains ${id}: ${plexus('explain', id).stderr}`);
  };

  it('prints what was decided in an incident, beside the running server, and nothing that could steer a terminal', async () => {
    const { body } = await expectError(send('spam'), 403);
    const incident = String(body['org.plexus.incident']);
    const lines = explained(incident).split('\n');
    expect(lines[0]).to.match(/^Request [0-9a-f]{8}-\w+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(lines[1]).to.equal('  send-event for @alice:localhost: refused (403 M_FORBIDDEN)');
    expect(lines[2]).to.match(/^ {2}strict check_event_for_spam: refused: M_FORBIDDEN no {2}?\[31mspam here \(\d+\.\d ms, incident \w{8}\)$/);
    expect(lines[3]).to.match(/^ {4}about m\.room\.message \$\S+ in !\S+$/);
  });

  it('finds an event by the id under which it was stored', async () => {
    const { event_id: eventId } = (await send('rude')) as { event_id: string };
    const text = explained(eventId);
    expect(text).to.contain(`stored ${eventId}`).and.contain('strict check_event_allowed: replaced: another msgtype, body');
    expect(text).not.to.contain('please');
  });

  it('says of an event that no module had anything against that there is nothing to tell', async () => {
    const { event_id: eventId } = (await send('hello')) as { event_id: string };
    const { stdout, status } = plexus('explain', eventId);
    expect(stdout).to.contain(`${eventId} is a m.room.message of @alice:localhost in ${room}`).and.contain('has nothing about it');
    expect(status).to.equal(0);
  });

  it('knows what was decided just before an orderly end', async () => {
    const { body } = await expectError(send('spam'), 403);
    await server.stop();
    expect(plexus('explain', String(body['org.plexus.incident'])).stdout).to.contain('refused');
  });

  it('says what it cannot find', () => {
    expect(plexus('explain', '00000000')).to.include({ status: 1, stdout: '' });
    expect(plexus('explain', '00000000').stderr).to.contain('knows no incident and no request 00000000');
    expect(plexus('explain', '$nothing').stderr).to.contain('know the event $nothing');
    writeFileSync(join(folder, 'other.yaml'), 'server_name: localhost\ndata_dir: nowhere');
    expect(plexus('explain', '-c', 'other.yaml', '$x').stderr).to.match(/^There is no database .*nowhere.*plexus\.db/);
  });
});
