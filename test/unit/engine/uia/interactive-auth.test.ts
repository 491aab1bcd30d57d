import { expect } from 'chai';
import type { UserId } from '../../../../src/core/identifiers.ts';
import { stringAt, type JsonObject } from '../../../../src/core/json.ts';
import { InteractiveAuth, type Wanted } from '../../../../src/engine/uia/interactive-auth.ts';
import { redeem, type Proof } from '../../../../src/engine/uia/proof.ts';
import { dummyStage } from '../../../../src/engine/uia/dummy-stage.ts';
import type { Stage } from '../../../../src/engine/uia/stage.ts';
import { forbidden, MatrixError } from '../../../../src/kernel/errors.ts';
import { migrationsFolder } from '../../../../src/server/migrations-folder.ts';
import { SqliteDatabase } from '../../../../src/store/drivers/sqlite.ts';
import { readMigrations } from '../../../../src/store/migrations.ts';
import * as uiaSessions from '../../../../src/store/uia-sessions.ts';
import { FakeClock } from '../../../../src/testing/index.ts';

const ALICE = '@alice:localhost' as UserId;

/** Passes for whoever says please. */
const polite: Stage = {
  type: 'org.example.polite',
  params: { word: 'please' },
  check: (auth) => (auth['word'] === 'please' ? Promise.resolve('was polite') : Promise.reject(forbidden('Say please'))),
};

describe('flows of several stages', () => {
  let database: SqliteDatabase;
  let uia: InteractiveAuth;
  beforeEach(() => {
    database = new SqliteDatabase(':memory:');
    database.migrate(readMigrations(migrationsFolder, 'sqlite'));
    uia = new InteractiveAuth({
      reader: database,
      clock: new FakeClock(),
      stages: [dummyStage, polite],
      moreStages: () => undefined,
      ownFlows: () => Promise.resolve([['m.login.password']]),
      save: (session) => database.write(() => uiaSessions.put(session)),
    });
  });
  afterEach(() => database.close());

  const flows = [['org.example.polite', 'm.login.dummy'], ['org.example.other']];
  const authorise = (auth: JsonObject | undefined, more: Partial<Wanted> = {}): Promise<Proof> =>
    uia.authorise({ operation: 'delete-devices', userId: ALICE, auth, request: { devices: ['A'] }, ask: undefined, flows, ...more });
  const refused = async (work: Promise<unknown>): Promise<JsonObject> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof MatrixError)) throw new Error('It was not refused');
    return { status: error.status, ...error.body() };
  };
  const begin = async (): Promise<string> => stringAt(await refused(authorise(undefined)), 'session') ?? '';
  const pleaseIn = (session: string): JsonObject => ({ type: 'org.example.polite', word: 'please', session });

  it('are completed one stage after the other', async () => {
    const session = await begin();
    const half = await refused(authorise(pleaseIn(session)));
    expect(half).to.deep.equal({
      status: 401,
      flows: flows.map((stages) => ({ stages })),
      params: { 'org.example.polite': { word: 'please' } },
      session,
      completed: ['org.example.polite'],
    });
    const proof = await authorise({ type: 'm.login.dummy', session });
    expect([...proof.results]).to.deep.equal([
      ['org.example.polite', 'was polite'],
      ['m.login.dummy', true],
    ]);
  });

  it('tell what is completed when a stage fails, and do not ask for a completed one again', async () => {
    const session = await begin();
    expect(await refused(authorise({ type: 'org.example.polite', session }))).to.include({
      status: 401,
      errcode: 'M_FORBIDDEN',
      error: 'Say please',
    });
    await refused(authorise(pleaseIn(session)));
    const again = await refused(authorise({ type: 'org.example.polite', word: 'rude', session }));
    expect(again)
      .to.deep.include({ completed: ['org.example.polite'] })
      .and.to.not.have.property('errcode');
  });

  it('have to be followed in order', async () => {
    const session = await begin();
    expect(await refused(authorise({ type: 'm.login.dummy', session }))).to.include({ status: 401, errcode: 'M_FORBIDDEN', session });
  });

  it('can begin without a session', async () => {
    const half = await refused(authorise({ type: 'org.example.polite', word: 'please' }));
    expect(half['completed']).to.deep.equal(['org.example.polite']);
    await authorise({ type: 'm.login.dummy', session: stringAt(half, 'session') ?? '' });
  });

  it('bind the request once a stage is completed', async () => {
    const session = await begin();
    await refused(authorise(pleaseIn(session), { request: { devices: ['B'] } }));
    const changed = await refused(authorise({ type: 'm.login.dummy', session }));
    expect(changed).to.include({ status: 403, errcode: 'M_FORBIDDEN' });
    await authorise({ type: 'm.login.dummy', session }, { request: { devices: ['B'] } });
  });

  it('are good for one commit', async () => {
    const session = await begin();
    await refused(authorise(pleaseIn(session)));
    const proofs = [await authorise({ type: 'm.login.dummy', session }), await authorise({ type: 'm.login.dummy', session })];
    await database.write(() => redeem(proofs[0]!));
    expect(await refused(database.write(() => redeem(proofs[1]!)))).to.include({ status: 403, errcode: 'M_FORBIDDEN' });
  });

  it('leave nothing in the database by which a session or a request could be found out', async () => {
    const session = await begin();
    await refused(authorise(pleaseIn(session), { request: { password: 'zebra moon' } }));
    const image = database.serialize();
    expect(image.includes(session)).to.equal(false);
    expect(image.includes('zebra moon')).to.equal(false);
  });
});
