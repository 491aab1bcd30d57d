import { RawReply } from '../../kernel/endpoint.ts';
import type { EmailConfirmation } from '../../operations/third-party-ids/get-email-confirmation.ts';
import { EMPTY, html, type Html } from './html.ts';
import { page } from './page.ts';

const WANTED = { register: 'make an account with', password: 'set a new password for the account of', add: 'add to an account' } as const;

type Shown = Exclude<EmailConfirmation, { readonly state: 'gone' }>;

/** The page that the link in a mail leads to. Only its button confirms anything. */
export function emailConfirmationPage(confirmation: EmailConfirmation): RawReply {
  switch (confirmation.state) {
    case 'gone':
      return page({
        status: 404,
        title: 'Nothing to confirm',
        body: html`<p class="problem">This link was used already or has expired. Ask for a new mail.</p>`,
      });
    case 'done':
      return page({ title: 'Your address is confirmed', body: onward(confirmation) });
    case 'open':
      return page({ title: 'Is this your address?', body: question(confirmation), ...trustedOrigin(confirmation) });
  }
}

/** What follows the button: on to where the client wants, as far as the administrator trusts it. */
export function emailConfirmedPage(confirmation: EmailConfirmation): RawReply {
  if (confirmation.state !== 'done' || confirmation.next?.isTrusted !== true) return emailConfirmationPage(confirmation);
  return new RawReply(303, { Location: new URL(confirmation.next.url).href, 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
}

const question = ({ address, purpose, token }: Shown): Html =>
  html`<p>Somebody wants to ${WANTED[purpose]} <b>${address}</b>. If it was you, confirm it.</p>
    <form method="post">
      <input type="hidden" name="token" value="${token}" />
      <p><button>Confirm</button></p>
    </form>`;

const onward = ({ next }: Shown): Html =>
  html`<p>You can close this window and go back to the application.</p>
    ${next === undefined ? EMPTY : html`<p>Or go on at <a href="${new URL(next.url).href}" rel="noopener noreferrer">${new URL(next.url).host}</a>.</p>`}`;

/** Browsers follow the redirection that answers a form only to where the page allows it. */
const trustedOrigin = ({ next }: Shown): { readonly formTarget: string } | undefined =>
  next?.isTrusted === true ? { formTarget: new URL(next.url).origin } : undefined;
