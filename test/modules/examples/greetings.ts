import { defineModule, Type } from 'plexus/module';

const DAY = 86_400_000;

/** Greets each user a day after they came, also when the server did not run at that time. */
export default defineModule({
  name: 'greetings',
  config: Type.Object({ from: Type.String() }),
  setup(api, config) {
    api.registerAccountValidityCallbacks({
      // Keys are listed in their order: what is due first comes first.
      on_user_registration: (userId) => api.store.set(`due/${api.clock.now() + DAY}/${userId}`, userId),
    });
    api.loopingBackgroundCall(async function greet() {
      for (const { key, value: userId } of await api.store.list({ prefix: 'due/' })) {
        if (Number(key.split('/')[1]) > api.clock.now()) return;
        await api.store.delete(key);
        const { roomId } = await api.createRoom(config.from, { preset: 'trusted_private_chat', is_direct: true, invite: [userId] });
        const content = { msgtype: 'm.text', body: 'How was your first day?' };
        await api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: roomId, sender: config.from, content });
      }
    }, 60_000);
  },
});
