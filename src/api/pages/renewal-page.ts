import type { RawReply } from '../../kernel/endpoint.ts';
import type { Renewal } from '../../operations/accounts/renew-account.ts';
import { html } from './html.ts';
import { page } from './page.ts';

/** What somebody sees who has opened the link of a mail by which accounts are renewed. */
export function renewalPage(renewal: Renewal | undefined): RawReply {
  if (renewal === undefined || renewal.outcome === 'refused') {
    return page({ status: 404, title: 'Nothing to renew', body: html`<p class="problem">This link is not valid. Ask for a new mail.</p>` });
  }
  const until = new Date(renewal.expiresTs).toUTCString();
  const title = renewal.outcome === 'renewed' ? 'Your account is renewed' : 'Your account was renewed before';
  return page({ title, body: html`<p>It is valid until ${until}.</p>` });
}
