import type { ModuleApi } from 'plexus/module';

export default class NoRooms {
  constructor(config: { blocked: string }, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      user_may_create_room: async (userId) => userId !== config.blocked,
    });
  }
}
