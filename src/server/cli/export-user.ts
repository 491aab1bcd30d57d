import { asAdmin, type AdminOptions } from './as-admin.ts';

/** Prints all that the running server and its modules keep of a user beside events, as JSON. @throws CommandFailed, ConfigurationError */
export const exportUser = (userId: string, options: AdminOptions): Promise<void> =>
  asAdmin(options, async (request) => {
    console.log(JSON.stringify(await request('GET', `/_plexus/admin/v1/users/${encodeURIComponent(userId)}/export`), null, 2));
  });
