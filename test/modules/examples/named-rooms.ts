import { MatrixError, type ModuleApi } from 'plexus/module';

/** Rooms have names, and those that anybody can enter say who made them. */
export default class NamedRooms {
  constructor(_config: object, api: ModuleApi) {
    api.registerThirdPartyRulesCallbacks({
      on_create_room(requester, request) {
        if (typeof request['name'] !== 'string') throw new MatrixError(400, 'M_BAD_JSON', 'Give the room a name');
        if (request['preset'] === 'public_chat') request['topic'] = `A room of ${requester.userId}`;
      },
    });
  }
}
