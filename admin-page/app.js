import { logOut, session } from './api.js';
import { decisionsPage } from './decisions.js';
import { element } from './dom.js';
import { loginPage } from './login.js';
import { modulesPage } from './modules.js';

const PAGES = { modules: modulesPage, decisions: decisionsPage };
const content = document.getElementById('content');
const navigation = document.getElementById('navigation');
const account = document.getElementById('account');
/** Ends what the page that is shown does in the background. */
let leave = () => undefined;

function show() {
  leave();
  leave = () => undefined;
  const now = session.get();
  navigation.hidden = account.hidden = now === null;
  if (now === null) {
    document.title = 'Log in · Plexus admin';
    content.replaceChildren(loginPage());
    content.querySelector('input').focus();
    return;
  }
  account.replaceChildren(
    element('span', {}, now.userId),
    element('button', { type: 'button', className: 'small', onclick: () => logOut() }, 'Log out'),
  );
  const [name, query = ''] = location.hash.slice(1).split('?');
  const page = Object.hasOwn(PAGES, name) ? name : 'modules';
  for (const link of navigation.children) {
    if (link.hash === `#${page}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const { title, box, end } = PAGES[page](new URLSearchParams(query));
  document.title = `${title} · Plexus admin`;
  content.replaceChildren(box);
  leave = end;
}

window.addEventListener('hashchange', show);
window.addEventListener('session', show);
show();
