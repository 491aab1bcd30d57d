import type { ModuleApi } from 'plexus/module';
import type { RenewalMails } from './mails.ts';
import type { ValidityTable } from './validity-table.ts';

interface ReminderParts {
  readonly api: ModuleApi;
  readonly table: ValidityTable;
  readonly mails: RenewalMails;
  /** How long before the expiry, the shortest first. */
  readonly reminders: readonly number[];
}

/**
 * Sends the mails that are due. Where several reminders of an account are (the server did not run for a while), one mail stands for all.
 * What cannot be sent is tried again with the next round.
 */
export async function sendReminders({ api, table, mails, reminders }: ReminderParts): Promise<void> {
  for (const before of reminders) {
    let after = '';
    for (;;) {
      const due = await table.due(api.clock.now(), before, after);
      for (const { userId, expires } of due) await remind(userId, expires, before);
      const last = due.at(-1);
      if (last === undefined) break;
      after = last.userId;
    }
  }

  async function remind(userId: string, expires: number, before: number): Promise<void> {
    try {
      const account = await api.getUserinfoById(userId);
      if (account === undefined || account.isDeactivated) return await table.forget(userId);
      const addresses = account.isAdmin ? [] : await mails.addressesOf(userId);
      if (addresses.length > 0) await mails.send(userId, expires, addresses);
      await table.noteReminder(userId, before);
    } catch (error) {
      api.log.error({ error, userId }, 'a user could not be reminded of the renewal of the account');
    }
  }
}
