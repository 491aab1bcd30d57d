import type { ModuleApi, ModuleEvent, StateEvents } from 'plexus/module';

/** Puts the name of the room below every message. */
export default class Signature {
  constructor(_config: object, api: ModuleApi) {
    api.registerThirdPartyRulesCallbacks({
      async check_event_allowed(event: ModuleEvent, state: StateEvents) {
        const { body } = event.content;
        if (event.type !== 'm.room.message' || typeof body !== 'string' || !api.isMine(event.sender)) return true;
        const name = (await state.get('m.room.name'))?.content['name'];
        if (typeof name !== 'string') return true;
        const replacement = event.getDict();
        replacement.content['body'] = `${body}\n-- ${name}`;
        return [true, replacement];
      },
    });
  }
}
