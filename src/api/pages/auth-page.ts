import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import type { RawReply } from '../../kernel/endpoint.ts';
import type { AuthPage } from '../../operations/accounts/get-auth-page.ts';
import { EMPTY, html, type Html } from './html.ts';
import { page } from './page.ts';

/** What https://spec.matrix.org/v1.19/client-server-api/#fallback wants to happen in the end. */
const TELL_CLIENT =
  'if(window.onAuthDone){window.onAuthDone();}else if(window.opener&&window.opener.postMessage){window.opener.postMessage("authDone","*");}';

const CAPTCHA_SOURCES = {
  'script-src': 'https://www.recaptcha.net/recaptcha/ https://www.gstatic.com/recaptcha/ https://www.gstatic.cn/recaptcha/',
  'frame-src': 'https://www.recaptcha.net/recaptcha/ https://recaptcha.google.com/recaptcha/',
  'connect-src': 'https://www.recaptcha.net/recaptcha/',
};

/** What there is to fill in, by stage. */
const FORMS: Readonly<Record<string, (params: JsonObject) => Html>> = {
  'm.login.dummy': () => EMPTY,
  'm.login.password': () =>
    html`<label>Your password <input type="password" name="password" autocomplete="current-password" required autofocus /></label>`,
  'm.login.registration_token': () => html`<label>Your registration token <input name="token" autocomplete="off" required autofocus /></label>`,
  'm.login.terms': (params) =>
    html`<p>Please read and accept:</p>
      ${policiesOf(params).map(acceptance)}`,
  'm.login.recaptcha': (params) =>
    html`<script src="https://www.recaptcha.net/recaptcha/api.js" async defer></script>
      <div class="g-recaptcha" data-sitekey="${stringAt(params, 'public_key') ?? ''}"></div>`,
};

/** The page on which a person completes a stage in a browser. */
export function authPage(shown: AuthPage): RawReply {
  if (shown.state === 'done')
    return page({ title: 'Thank you', body: html`<p>You can close this window and go back to the application.</p>`, script: TELL_CLIENT });
  if (shown.state === 'gone') return page({ status: 404, title: 'Nothing to do here', body: html`<p class="problem">${shown.problem}</p>` });
  const { type, session, params, problem } = shown;
  const form = FORMS[type];
  if (form === undefined)
    return page({ status: 404, title: 'Nothing to do here', body: html`<p class="problem">${type} can be completed in the application only.</p>` });
  const body = html`${problem === undefined ? '' : html`<p class="problem" role="alert">${problem}</p>`}
    <form method="post">
      <input type="hidden" name="session" value="${session}" />
      ${form(params)}
      <p><button>Continue</button></p>
    </form>`;
  return page({ title: 'Confirm that it is you', body, ...(type === 'm.login.recaptcha' && { sources: CAPTCHA_SOURCES }) });
}

interface Policy {
  readonly name: string;
  readonly url: string;
}

/** Each document once: in English, or in its first language where it is not in English. */
function policiesOf(params: JsonObject): Policy[] {
  return Object.values(isObject(params['policies']) ? params['policies'] : {}).flatMap((policy) => {
    if (!isObject(policy)) return [];
    const document = isObject(policy['en']) ? policy['en'] : Object.values(policy).find(isObject);
    return document === undefined ? [] : [{ name: stringAt(document, 'name') ?? '', url: stringAt(document, 'url') ?? '' }];
  });
}

const acceptance = ({ name, url }: Policy): Html =>
  html`<label><input type="checkbox" required /> <a href="${url}" target="_blank" rel="noopener noreferrer">${name}</a></label>`;
