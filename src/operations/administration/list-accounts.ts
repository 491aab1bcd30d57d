import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountList from '../../store/account-list.ts';
import type { AccountFilter, AccountOrder, ListedAccount } from '../../store/account-list.ts';
import { defineRead } from '../define.ts';

/** Which accounts, and how many. */
export interface AccountQuery {
  readonly filter: Omit<AccountFilter, 'serverName'>;
  readonly order: AccountOrder;
  /** How many of them are left out at the beginning. */
  readonly from: number;
  readonly limit: number;
}

export interface AccountPage {
  readonly accounts: readonly ListedAccount[];
  /** How many there are in all. */
  readonly total: number;
  /** Where the next page begins; undefined when there is none. */
  readonly next: number | undefined;
}

/** The accounts of this server, for administrators. */
export const listAccounts = defineRead({
  name: 'list-accounts',
  prepare: (context, _who: Requester, { filter, order, from, limit }: AccountQuery) =>
    context.read(function* (): Work<AccountPage> {
      const wanted = { ...filter, serverName: context.serverName };
      const total = yield* accountList.count(wanted);
      const accounts = yield* accountList.page(wanted, order, from, limit);
      const next = from + accounts.length;
      return { accounts, total, next: next < total && from < total ? next : undefined };
    }),
});
