import type { UserId } from '../../core/identifiers.ts';
import type { RawReply } from '../../kernel/endpoint.ts';
import { html, EMPTY } from './html.ts';
import { page } from './page.ts';

interface Login {
  readonly userId: UserId;
  readonly isNew: boolean;
  /** What people know the application by. */
  readonly client: string;
  /** The application, with the token by which it logs in. */
  readonly link: string;
}

/** Asks somebody whom a module has recognised before an application gets at their account. */
export const moduleLoginPage = ({ userId, isNew, client, link }: Login): RawReply =>
  page({
    title: isNew ? 'Your new account' : 'Go on to the application?',
    body: html`${isNew ? html`<p>An account was made for you: <b>${userId}</b></p>` : EMPTY}
      <p><b>${client}</b> gets full access to the account <b>${userId}</b>. Go on only if you want to use it and began to log in there.</p>
      <p><a href="${link}">Continue</a></p>
      <p>Otherwise close this window.</p>`,
  });
