import { compileGlobs, defineModule, type UserInfo } from 'plexus/module';
import { Config } from './config.ts';
import { Greeting } from './greeting.ts';
import { Host } from './host.ts';
import { JoinMessages } from './join-messages.ts';
import { compileMessage } from './message.ts';
import { forEachNewUser } from './new-users.ts';
import { Queue } from './queue.ts';

const greetingOf = (userId: string): string => `${userId} greeting`;

/** Greets new users in a direct room, and brings them into rooms. */
export default defineModule({
  name: 'welcome-message',
  requires: '0.1',
  permissions: {
    callbacks: ['registerAccountValidityCallbacks', 'registerThirdPartyRulesCallbacks', 'registerSpamCheckerCallbacks', 'registerUserDataCallbacks'],
    api: [
      'getUserinfoById',
      'getProfileForUser',
      'listUsers',
      'registerUser',
      'setDisplayname',
      'setAvatarUrl',
      'accountDataManager',
      'createRoom',
      'getRoomState',
      'updateRoomMembership',
      'createAndSendEventIntoRoom',
      'lookupRoomAlias',
    ],
    storage: true,
  },
  config: Config,
  setup(api, config) {
    const message = config.message === undefined ? undefined : compileMessage(config.message, ['message']);
    const isExempt = compileGlobs(config.exempt);
    const host = new Host(api, config.from);
    const greeting = new Greeting(api, host, config, message);
    const joinMessages = new JoinMessages(api, host, config.on_join);
    const queue = new Queue(api, perform);
    const greeted = api.metrics.counter('greeted', 'Users who were greeted');

    api.registerAccountValidityCallbacks({
      async on_user_registration(userId) {
        const account = await api.getUserinfoById(userId);
        if (account !== undefined && wants(account)) await queue.add(greetingOf(userId));
      },
    });
    api.registerUserDataCallbacks({
      async on_user_data_export(userId) {
        const at = await queue.doneAt(greetingOf(userId));
        return at === undefined ? undefined : { greeted_at: at, room_id: (await greeting.roomOf(userId)) ?? null };
      },
      async on_user_erase(userId) {
        await queue.forget(`${userId} `);
        await greeting.forget(userId);
      },
    });
    if (config.on_join.length > 0) {
      api.registerSpamCheckerCallbacks({
        async user_may_join_room(userId, roomId) {
          await joinMessages.entering(userId, roomId);
          return true;
        },
      });
      api.registerThirdPartyRulesCallbacks({
        async on_new_event(event) {
          if (joinMessages.hasEntered(event)) await queue.add(`${event.stateKey} join ${event.roomId}`);
        },
      });
    }
    void api.runAsBackgroundProcess('look for users to greet', async () => {
      await host.ready().catch((error: unknown) => api.log.error({ error }, 'users cannot be greeted yet'));
      await queue.resume();
      await forEachNewUser(api, config.existing_users, async (account) => {
        if (wants(account)) await queue.add(greetingOf(account.userId));
      });
    });

    /** A guest is greeted when they register. */
    function wants({ userId, isGuest, isDeactivated, userType }: UserInfo): boolean {
      if (isGuest || isDeactivated || userId === host.userId || isExempt(userId)) return false;
      return userType === undefined || config.bots;
    }

    async function perform(name: string): Promise<void> {
      const [userId = '', , roomId] = name.split(' ');
      const account = await api.getUserinfoById(userId);
      if (account === undefined || !wants(account)) return;
      await host.ready();
      if (roomId !== undefined) return joinMessages.say(userId, roomId);
      await greeting.greet(userId);
      greeted.inc();
    }
  },
});
