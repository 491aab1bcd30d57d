import { expect } from 'chai';
import { migrationsFolder } from '../../src/server/migrations-folder.ts';
import { readMigrations } from '../../src/store/migrations.ts';
import { RawDatabase } from '../support/raw-database.ts';

/** The first step of the schema that counts what waits in inboxes. */
const COUNTED = 21;

describe('inboxes of devices from before they were bounded', () => {
  it('are counted', () => {
    const db = new RawDatabase(':memory:');
    const steps = readMigrations(migrationsFolder, 'sqlite');
    for (const { sql } of steps.filter(({ version }) => version < COUNTED)) db.exec(sql);
    db.exec(`insert into users (user_id, created_ts) values ('@a:x', 0);
      insert into devices (user_id, device_id) values ('@a:x', 'ONE'), ('@a:x', 'TWO');
      insert into to_device_messages (user_id, device_id, pos, sender, type, content) values
        ('@a:x', 'ONE', 3, '@b:x', 't', '{}'), ('@a:x', 'ONE', 7, '@b:x', 't', '{"é":1}'), ('@a:x', 'TWO', 7, '@b:x', 't', '{}')`);
    for (const { sql } of steps.filter(({ version }) => version >= COUNTED)) db.exec(sql);
    const counted = db.all('select device_id, pos, number, total_bytes from to_device_messages order by device_id, pos');
    expect(counted).to.deep.equal([
      { device_id: 'ONE', pos: 3, number: 1, total_bytes: 2 },
      { device_id: 'ONE', pos: 7, number: 2, total_bytes: 10 },
      { device_id: 'TWO', pos: 7, number: 1, total_bytes: 2 },
    ]);
    db.close();
  });
});
