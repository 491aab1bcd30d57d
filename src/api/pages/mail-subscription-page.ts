import type { RawReply } from '../../kernel/endpoint.ts';
import { html } from './html.ts';
import { page } from './page.ts';

/** The page that the link in a notification mail leads to. Only its button stops anything, as programs open every link in a mail. */
export function mailSubscriptionPage(address: string | undefined): RawReply {
  if (address === undefined)
    return page({ status: 404, title: 'Nothing to stop', body: html`<p>No notifications are sent by this link any more.</p>` });
  const body = html`<p>Notifications of what you have not read are sent to <b>${address}</b>.</p>
    <form method="post">
      <p><button>Send no more</button></p>
    </form>`;
  return page({ title: 'Stop these mails?', body });
}

export const mailSubscriptionEndedPage = (): RawReply =>
  page({ title: 'No more mails', body: html`<p>You can have them again by the settings of your application.</p>` });
