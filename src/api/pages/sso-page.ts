import { RawReply } from '../../kernel/endpoint.ts';
import type { SsoAnswer } from '../../operations/sso/get-sso-question.ts';
import { authDonePage } from './auth-page.ts';
import { EMPTY, html, type Html } from './html.ts';
import { page } from './page.ts';
import { acceptances } from './policies.ts';

type Asked<State extends SsoAnswer['state']> = Extract<SsoAnswer, { readonly state: State }>;

/** What a client wants to do that its user has to confirm. */
const DEEDS: Readonly<Record<string, string>> = {
  'add-third-party-id': 'add a mail address or phone number to your account',
  'associate-third-party-id': 'add a mail address or phone number to your account',
  'change-password': 'set a new password for your account',
  'deactivate-account': 'end your account for ever',
  'delete-devices': 'log other devices out and remove them from your account',
  'issue-login-token': 'log another device in to your account',
  'upload-cross-signing-keys': 'set up or reset the digital identity by which others know that your devices are yours',
};

/** The page that somebody sees on the way through single sign-on, or where they are sent. */
export function ssoPage(answer: SsoAnswer): RawReply {
  switch (answer.state) {
    case 'away':
      return redirection(302, answer.url, answer.cookie);
    case 'returned':
      return redirection(303, answer.url);
    case 'finished':
      return redirection(303, answer.url, answer.cookie);
    case 'choice':
      return page({ title: 'Log in', body: html`${answer.providers.map(({ name, url }) => html`<p><a href="${url}">Go on with ${name}</a></p>`)}` });
    case 'login-question':
      return page({ title: titleOf(answer), body: loginQuestion(answer), formTarget: answer.client.origin });
    case 'confirmation-question':
      return page({ title: 'Confirm what is to be done', body: confirmationQuestion(answer) });
    case 'confirmed':
      return authDonePage(answer.cookie === undefined ? {} : { 'Set-Cookie': answer.cookie });
    case 'refused':
      return page({ status: answer.status, title: 'You cannot go on', body: html`<p class="problem" role="alert">${answer.problem}</p>` });
  }
}

const redirection = (status: 302 | 303, url: string, cookie?: string): RawReply =>
  new RawReply(status, {
    Location: url,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(cookie !== undefined && { 'Set-Cookie': cookie }),
  });

const titleOf = ({ isNew }: Asked<'login-question'>): string => (isNew ? 'Your new account' : 'Go on to the application?');

const loginQuestion = ({ flowId, client, userId, isNew, terms, problem }: Asked<'login-question'>): Html =>
  html`${problem === undefined ? EMPTY : html`<p class="problem" role="alert">${problem}</p>`}
    ${isNew ? html`<p>An account will be made for you: <b>${userId}</b></p>` : EMPTY}
    <p><b>${client.name}</b> gets full access to the account <b>${userId}</b>. Go on only if you want to use it and began to log in there.</p>
    <form method="post">
      <input type="hidden" name="flow" value="${flowId}" />
      ${terms === undefined ? EMPTY : html`${acceptances(terms)}<input type="hidden" name="accepted" value="yes" />`}
      <p><button>Continue</button></p>
    </form>
    <p>Otherwise close this window.</p>`;

const confirmationQuestion = ({ flowId, userId, operation }: Asked<'confirmation-question'>): Html =>
  html`<p>
      An application in which <b>${userId}</b> is logged in wants to <b>${DEEDS[operation] ?? 'do something that only you may do'}</b>. Confirm that
      you want it.
    </p>
    <form method="post">
      <input type="hidden" name="flow" value="${flowId}" />
      <p><button>Confirm</button></p>
    </form>
    <p>If it was not you, close this window: somebody else may have got at your account.</p>`;
