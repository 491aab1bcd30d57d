import type { ModuleApi, UserInfo } from 'plexus/module';

/** Since when accounts are new (ms since the epoch), and whether all older ones were looked at. */
const SINCE = 'since';
const PAGE = 500;
/** How long the making of an account may take, ms: its time is that of its beginning. */
const OVERLAP = 3_600_000;

/**
 * Looks for accounts that were made since the module looked last: the server may have ended before the module heard of them.
 * @param all also for accounts that were there before the module; once
 */
export async function forEachNewUser(api: ModuleApi, all: boolean, act: (account: UserInfo) => Promise<void>): Promise<void> {
  const began = api.clock.now();
  const known = await api.store.update(SINCE, (value) => value ?? { ts: began, hasSeenAll: false });
  const { ts, hasSeenAll } = known as { readonly ts: number; readonly hasSeenAll: boolean };
  const since = all && !hasSeenAll ? 0 : ts;
  for (let after = ''; ;) {
    const page = await api.listUsers({ after, limit: PAGE });
    for (const account of page) if (account.creationTs >= since) await act(account);
    if (page.length < PAGE) break;
    after = page.at(-1)?.userId ?? '';
  }
  await api.store.set(SINCE, { ts: Math.max(ts, began - OVERLAP), hasSeenAll: hasSeenAll || all });
}
