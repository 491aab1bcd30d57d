import { compileGlobs, defineModule, MatrixError, type JsonValue } from 'plexus/module';
import { Config } from './config.ts';
import { forceSettings } from './forced-settings.ts';

const forbidden = (text: string): MatrixError => new MatrixError(403, 'M_FORBIDDEN', text);
const localpartOf = (alias: string): string => alias.slice(1, alias.indexOf(':'));

/** Says who may create and publish rooms, how rooms and aliases may be called, and what new rooms must be like. */
export default defineModule({
  name: 'room-policy',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks', 'registerThirdPartyRulesCallbacks'], api: ['isUserAdmin'] },
  config: Config,
  setup(api, config) {
    const mayCreate = compileGlobs(config.creators);
    const mayPublish = compileGlobs(config.publishers);
    const isAllowedAlias = compileGlobs(config.aliases.allowed);
    const isReserved = compileGlobs(config.aliases.reserved);
    const isForbiddenName = compileGlobs(config.names.forbidden, { ignoreCase: true });

    api.registerSpamCheckerCallbacks({
      async user_may_create_room(userId) {
        return mayCreate(userId) || api.isUserAdmin(userId);
      },
      async user_may_create_room_alias(userId, alias) {
        const localpart = localpartOf(alias);
        if (isReserved(localpart) && !(await api.isUserAdmin(userId))) throw forbidden(`The alias ${alias} is reserved`);
        if (!isAllowedAlias(localpart)) throw forbidden(`Aliases must look like ${config.aliases.allowed.join(' or ')} here`);
        return true;
      },
      async user_may_publish_room(userId) {
        return mayPublish(userId) || api.isUserAdmin(userId);
      },
    });
    api.registerThirdPartyRulesCallbacks({
      on_create_room(_requester, content, isAdmin) {
        if (!isAdmin) forceSettings(content, config.forced);
      },
      check_event_allowed(event) {
        if (event.type !== 'm.room.name' || !api.isMine(event.sender)) return true;
        refuseName(event.content['name']);
        return true;
      },
    });

    function refuseName(name: JsonValue | undefined): void {
      if (typeof name !== 'string') return;
      const { max_length: max } = config.names;
      if (Array.from(name).length > max) throw forbidden(`The name of a room may have at most ${max} characters here`);
      if (isForbiddenName(name)) throw forbidden('A room may not be called that here');
    }
  },
});
