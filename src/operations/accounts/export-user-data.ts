import { serverOf, type UserId } from '../../core/identifiers.ts';
import { userDataOf, type KeptOfUser } from '../../engine/accounts/user-data.ts';
import { notFound } from '../../kernel/errors.ts';
import type { UserDataOfModule } from '../../kernel/question-values.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** What the server and its modules keep of a user beside events. @throws M_NOT_FOUND; what a module fails with */
export const exportUserData = defineRead({
  name: 'export-user-data',
  async prepare(
    context,
    _who: Requester,
    userId: UserId,
    ask,
  ): Promise<{ readonly server: KeptOfUser; readonly modules: readonly UserDataOfModule[] }> {
    const server = serverOf(userId) === context.serverName ? await context.read(() => userDataOf(userId, context.notifier.position)) : undefined;
    if (server === undefined) throw notFound(`There is no account ${userId} on this server`);
    return { server, modules: await ask('on_user_data_export', userId) };
  },
});
