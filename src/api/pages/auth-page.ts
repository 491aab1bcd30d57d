import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import type { RawReply } from '../../kernel/endpoint.ts';
import type { AuthPage } from '../../operations/accounts/get-auth-page.ts';
import { EMPTY, html, type Html } from './html.ts';
import { page } from './page.ts';
import { acceptances } from './policies.ts';

/** What https://spec.matrix.org/v1.19/client-server-api/#fallback wants to happen in the end. */
const TELL_CLIENT =
  'if(window.onAuthDone){window.onAuthDone();}else if(window.opener&&window.opener.postMessage){window.opener.postMessage("authDone","*");}';

const CAPTCHA_SOURCES = {
  'script-src': 'https://www.recaptcha.net/recaptcha/ https://www.gstatic.com/recaptcha/ https://www.gstatic.cn/recaptcha/',
  'frame-src': 'https://www.recaptcha.net/recaptcha/ https://recaptcha.google.com/recaptcha/',
  'connect-src': 'https://www.recaptcha.net/recaptcha/',
};

type Sent = Extract<AuthPage, { state: 'open' }>['sent'];

/** What there is to fill in, by stage. */
const FORMS: Readonly<Record<string, (params: JsonObject, sent: Sent) => Html>> = {
  'm.login.dummy': () => EMPTY,
  'm.login.email.identity': (_params, sent) => emailForm(sent),
  'm.login.password': () =>
    html`<label>Your password <input type="password" name="password" autocomplete="current-password" required autofocus /></label>`,
  'm.login.registration_token': () => html`<label>Your registration token <input name="token" autocomplete="off" required autofocus /></label>`,
  'm.login.terms': acceptances,
  'm.login.recaptcha': (params) =>
    html`<script src="https://www.recaptcha.net/recaptcha/api.js" async defer></script>
      <div class="g-recaptcha" data-sitekey="${stringAt(params, 'public_key') ?? ''}"></div>`,
};

/** What a browser shows when a stage is completed; it tells the client. @param headers beside those of every page */
export const authDonePage = (headers: Readonly<Record<string, string>> = {}): RawReply =>
  page({ title: 'Thank you', body: html`<p>You can close this window and go back to the application.</p>`, script: TELL_CLIENT, headers });

/** The form of the stage that a mail completes: before it is sent, and after. */
const emailForm = (sent: Sent): Html =>
  sent === undefined
    ? html`<label>Your mail address <input type="email" name="email" autocomplete="email" required autofocus /></label>`
    : html`<p>A mail was sent to <b>${sent.email}</b>. Open the link in it and confirm your address, then come back here and continue.</p>
        <input type="hidden" name="sent_to" value="${sent.email}" />
        <input type="hidden" name="sid" value="${sent.sid}" />
        <input type="hidden" name="client_secret" value="${sent.clientSecret}" />`;

/** The page on which a person completes a stage in a browser. */
export function authPage(shown: AuthPage): RawReply {
  if (shown.state === 'done') return authDonePage();
  if (shown.state === 'gone') return page({ status: 404, title: 'Nothing to do here', body: html`<p class="problem">${shown.problem}</p>` });
  const { type, session, params, problem, sent } = shown;
  if (type === 'm.login.sso') return page({ title: 'Confirm that it is you', body: ways(params, problem) });
  const form = FORMS[type];
  if (form === undefined)
    return page({ status: 404, title: 'Nothing to do here', body: html`<p class="problem">${type} can be completed in the application only.</p>` });
  const body = html`${warning(problem)}
    <form method="post">
      <input type="hidden" name="session" value="${session}" />
      ${form(params, sent)}
      <p><button>Continue</button></p>
    </form>`;
  return page({ title: 'Confirm that it is you', body, ...(type === 'm.login.recaptcha' && { sources: CAPTCHA_SOURCES }) });
}

/** The providers of single sign-on at which the user is known. */
function ways(params: JsonObject, problem: string | undefined): Html {
  const providers = Array.isArray(params['providers']) ? params['providers'].filter(isObject) : [];
  return html`${warning(problem)}
    <p>An application wants to do something with your account that only you may do. If that was you, log in once more:</p>
    ${providers.map((each) => html`<p><a href="${stringAt(each, 'url') ?? ''}">Go on with ${stringAt(each, 'name') ?? ''}</a></p>`)}
    <p>If it was not you, close this window: somebody else may have got at your account.</p>`;
}

const warning = (problem: string | undefined): Html => (problem === undefined ? EMPTY : html`<p class="problem" role="alert">${problem}</p>`);
