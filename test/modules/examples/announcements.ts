import type { ModuleApi } from 'plexus/module';

/** In rooms whose state names speakers, nobody else may write; a room that was replaced is closed to all. */
export default class Announcements {
  constructor(_config: object, api: ModuleApi) {
    api.registerThirdPartyRulesCallbacks({
      async check_event_allowed(event, state) {
        if (event.isState()) return true;
        if (await state.has('m.room.tombstone')) return false;
        const speakers = (await state.get('org.example.speakers'))?.content['users'];
        return !Array.isArray(speakers) || speakers.includes(event.sender);
      },
    });
    api.registerWebResource('/_synapse/client/speakers', {
      GET: async (ctx) => {
        const state = await api.getRoomState(String(ctx.query['room']));
        ctx.body = (await state.get('org.example.speakers'))?.content ?? {};
      },
    });
  }
}
