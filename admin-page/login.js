import { logIn } from './api.js';
import { busy, element, labelled } from './dom.js';

export function loginPage() {
  const user = labelled(
    'Name',
    element('input', { name: 'user', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: false }),
  );
  const password = labelled('Password', element('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true }));
  const button = element('button', { className: 'main' }, 'Log in');
  const problem = element('p', { className: 'problem alone', role: 'alert', hidden: true });
  const onsubmit = (event) => {
    event.preventDefault();
    problem.hidden = true;
    busy(
      button,
      () => logIn(user.control.value, password.control.value),
      (error) => {
        problem.textContent = error.message;
        problem.hidden = false;
        password.control.select();
      },
    );
  };
  return element(
    'form',
    { className: 'card login', method: 'post', onsubmit },
    element('h1', {}, 'Log in'),
    element('p', { className: 'faint' }, 'For administrators of this server.'),
    user.box,
    password.box,
    problem,
    button,
  );
}
