import type { ModuleApi } from 'plexus/module';

/** Writes to users who log in, at the addresses of their accounts. */
export default class LoginMail {
  constructor(_config: object, api: ModuleApi) {
    api.registerAccountValidityCallbacks({
      async on_user_login(userId) {
        for (const { medium, address } of await api.getThreepidsForUser(userId)) {
          const text = `Somebody has just logged in as ${userId}.`;
          if (medium === 'email') await api.sendMail(address, `${api.emailAppName}: a new login`, `<p>${text}</p>`, text);
        }
      },
    });
  }
}
