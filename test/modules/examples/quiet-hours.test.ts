import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { boot, expectError } from 'plexus/testing';
import quietHours from './quiet-hours.ts';

const HOUR = 3_600_000;
const METRICS = resolve(import.meta.dirname, '../../../../test/modules/examples/quiet-hours-metrics.txt');

describe('quiet-hours', () => {
  it('lets nobody speak at night', async () => {
    // The kit's clock begins at midnight UTC.
    const server = await boot({ clock: 'fake', modules: [{ module: quietHours, config: { from: 22, hours: 3 } }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await expectError(alice.send(room, 'hi'), 403, 'M_FORBIDDEN');
    const metrics = await (await server.fetch('/_synapse/metrics')).text();
    expect(metrics).to.contain(readFileSync(METRICS, 'utf8'));
    await server.advance(HOUR);
    await alice.send(room, 'good morning');
    await server.close();
  });
});
