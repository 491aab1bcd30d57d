import { expect } from 'chai';
import type { DeviceId, UserId } from '../../../src/core/identifiers.ts';
import { Access } from '../../../src/engine/access.ts';
import { hashToken } from '../../../src/engine/tokens.ts';
import type { MatrixError } from '../../../src/kernel/errors.ts';
import { SERVER_ITSELF, type Requester } from '../../../src/kernel/requester.ts';
import { migrationsFolder } from '../../../src/server/migrations-folder.ts';
import * as accessTokens from '../../../src/store/access-tokens.ts';
import * as devices from '../../../src/store/devices.ts';
import { SqliteDatabase } from '../../../src/store/drivers/sqlite.ts';
import { readMigrations } from '../../../src/store/migrations.ts';
import * as users from '../../../src/store/users.ts';
import { FakeClock } from '../../../src/testing/index.ts';

const ALICE = '@alice:localhost' as UserId;
const PHONE = 'PHONE' as DeviceId;

describe('access', () => {
  let database: SqliteDatabase;
  let clock: FakeClock;
  let access: Access;
  let reads: number;

  beforeEach(async () => {
    database = new SqliteDatabase(':memory:');
    database.migrate(readMigrations(migrationsFolder, 'sqlite'));
    clock = new FakeClock();
    reads = 0;
    access = new Access({
      database: {
        read: (work) => (reads++, database.read(work)),
        onCommit: (listener) => database.onCommit(listener),
      },
      clock,
      confirmRefresh: () => Promise.resolve(),
      noteSeen: () => undefined,
    });
    await database.write(function* () {
      const plain = { passwordHash: undefined, isGuest: false, isAdmin: false, isShadowBanned: false, userType: undefined };
      yield* users.create({ ...plain, userId: ALICE, createdTs: clock.now() });
      yield* devices.ensure(ALICE, PHONE, undefined);
      yield* accessTokens.create(hashToken('token'), ALICE, PHONE, clock.now(), clock.now() + 1000);
    });
  });
  afterEach(() => database.close());

  const who = (): Promise<Requester> => access.requesterOf('token', SERVER_ITSELF);
  const refusal = (): Promise<unknown> => who().then(String, (error: MatrixError) => error.body()['soft_logout'] ?? error.errcode);

  it('asks the database once for a token', async () => {
    expect(await who()).to.include({ userId: ALICE, deviceId: PHONE, isAdmin: false });
    await who();
    expect(reads).to.equal(1);
  });

  it('notices every change of the account at once', async () => {
    await who();
    await database.write(() => users.setAdmin(ALICE, true));
    expect(await who()).to.include({ isAdmin: true });
    await database.write(() => users.setShadowBanned(ALICE, true));
    expect(await who()).to.include({ shadowBanned: true });
    await database.write(() => users.deactivate(ALICE, { erase: false }));
    expect(await refusal()).to.equal('M_UNKNOWN_TOKEN');
  });

  it('notices that the device is gone', async () => {
    const before = await who();
    await access.recheck(before);
    await database.write(() => devices.remove(ALICE, PHONE));
    expect(await refusal()).to.equal('M_UNKNOWN_TOKEN');
    expect(await access.recheck(before).catch((error: MatrixError) => error.errcode)).to.equal('M_UNKNOWN_TOKEN');
  });

  it('knows when a token that it remembers expires', async () => {
    await who();
    await clock.advance(1000);
    expect(await refusal()).to.equal(true);
  });
});
