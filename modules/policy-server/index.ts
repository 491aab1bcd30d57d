import { defineModule, parseDuration, type StateEvents } from 'plexus/module';
import { baseUrlsOf, Config } from './config.ts';
import { JoinedServers } from './joined-servers.ts';
import { isPolicyItself, POLICY, policyIn } from './policy.ts';
import { PolicyServers } from './policy-servers.ts';

/** Lets the policy servers that rooms have chosen sign what is sent there: https://spec.matrix.org/v1.19/client-server-api/#policy-servers */
export default defineModule({
  name: 'policy-server',
  requires: '0.1',
  permissions: { callbacks: ['registerThirdPartyRulesCallbacks'], api: ['getJoinedUserOf'], network: ['*'] },
  config: Config,
  setup(api, config) {
    const joined = new JoinedServers(api);
    const servers = new PolicyServers({
      api,
      baseUrls: baseUrlsOf(config),
      timeout: parseDuration(config.timeout, ['timeout']),
      pause: parseDuration(config.pause, ['pause']),
    });
    api.registerThirdPartyRulesCallbacks({
      async sign_event(event, state) {
        if (isPolicyItself(event)) return undefined;
        const policyEvent = await state.get(POLICY);
        const policy = policyEvent && policyIn(policyEvent);
        if (policy === undefined || !(await joined.has(policy.via, event.roomId, state))) return undefined;
        servers.refuseWhilePaused(policy.via);
        const roomVersion = await roomVersionIn(state);
        return (inPlace) => servers.sign(inPlace, policy, roomVersion);
      },
      on_new_event: (event) => joined.noteMember(event),
    });
  },
});

/** A create event that names no version is of the first one. */
async function roomVersionIn(state: StateEvents): Promise<string> {
  const version = (await state.get('m.room.create'))?.content['room_version'];
  return typeof version === 'string' ? version : '1';
}
