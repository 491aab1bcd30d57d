import { boot } from 'plexus/testing';
import onCall from './on-call.ts';

describe('on-call', () => {
  it('shows the desks who is there', async () => {
    const server = await boot({ modules: [{ module: onCall, config: { desks: ['@desk:localhost'], on_call: ['@doctor:localhost'] } }] });
    const [desk, doctor] = [await server.user('desk'), await server.user('doctor')];
    await doctor.setPresence('online', 'in the garden');
    await desk.syncUntil((reply) => JSON.stringify(reply['presence'] ?? {}).includes('in the garden'));
    await server.close();
  });
});
