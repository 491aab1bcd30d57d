import { admin } from './api.js';
import { dialog } from './dialogs.js';
import { element, freshId } from './dom.js';
import { moduleForm, tellChange } from './module-form.js';

const HEADS = ['callback', 'calls', 'refused', 'failed', 'mean'];

/** One module: its state and figures are drawn anew, its form stays as long as it is open. */
export class ModuleCard {
  #refresh;
  #module;
  #index;
  #state = element('span', { className: 'title' });
  #about = element('p', { className: 'faint' });
  #leaks = element('p', { className: 'problem', hidden: true });
  #rows = element('tbody');
  #title = element('h2', { id: freshId('module') });
  #mode = element('button', { type: 'button', onclick: () => this.#switchMode() });
  #configure = element('button', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#toggleForm() }, 'Configure');
  #remove = element('button', { type: 'button', className: 'grave', onclick: () => this.#askToRemove() }, 'Remove');
  #decisions = element('a', {}, 'Decisions');
  #form;

  constructor(refresh) {
    this.#refresh = refresh;
    const heads = HEADS.map((head, index) => element('th', { scope: 'col', className: index === 0 ? '' : 'number' }, head));
    this.box = element(
      'section',
      { className: 'card', 'aria-labelledby': this.#title.id },
      element('div', { className: 'title' }, this.#title, this.#state),
      this.#about,
      this.#leaks,
      element(
        'div',
        { className: 'wide', tabIndex: 0, role: 'region', 'aria-labelledby': this.#title.id },
        element('table', {}, element('thead', {}, element('tr', {}, ...heads)), this.#rows),
      ),
      element('div', { className: 'actions' }, this.#mode, this.#configure, this.#remove, this.#decisions),
    );
  }

  update(module, index) {
    this.#module = module;
    this.#index = index;
    const { name, version, mode, isolation, permissions, parked_until: parked, leaks, callbacks } = module;
    this.#title.textContent = name;
    this.#state.replaceChildren(
      ...(version === null ? [] : [element('span', { className: 'faint' }, version)]),
      element('span', { className: mode === 'shadow' ? 'badge warn' : 'badge good' }, mode),
      ...(isolation === 'worker' ? [element('span', { className: 'badge' }, 'own thread')] : []),
      ...(parked === null ? [] : [element('span', { className: 'badge bad' }, `parked until ${new Date(parked).toLocaleTimeString()}`)]),
    );
    this.#about.textContent = `${module.module ?? 'Given as code'} · ${permissions}`;
    this.#leaks.hidden = leaks.length === 0;
    this.#leaks.textContent = `Who ran before it ${leftOpen(leaks)}`;
    this.#rows.replaceChildren(...callbacks.map(row));
    this.#mode.textContent = mode === 'shadow' ? 'Enforce' : 'Switch to shadow';
    this.#decisions.href = `#decisions?module=${encodeURIComponent(name)}`;
  }

  #switchMode() {
    const { name, mode } = this.#module;
    const to = mode === 'shadow' ? 'enforce' : 'shadow';
    dialog({
      title: to === 'shadow' ? `Switch ${name} to shadow mode?` : `Enforce what ${name} says?`,
      text: to === 'shadow' ? 'It is still asked, but refuses nothing any more.' : 'From now on it may refuse and change what people do.',
      action: to === 'shadow' ? 'Switch to shadow' : 'Enforce',
      work: () => this.#change('PUT', { mode: to }),
    });
  }

  #askToRemove() {
    dialog({
      title: `Remove ${this.#module.name}?`,
      text: 'It ends, and its entry is taken out of the configuration file. What it has stored stays.',
      action: 'Remove',
      grave: true,
      work: () => this.#change('DELETE'),
    });
  }

  async #change(method, body) {
    tellChange(await admin(method, `/modules/${encodeURIComponent(this.#module.name)}`, body));
    await this.#refresh();
  }

  #toggleForm() {
    if (this.#form === undefined) {
      this.#form = moduleForm(this.#module, this.#index, () => this.#toggleForm());
      this.box.append(this.#form);
      this.#form.querySelector('input,select,textarea')?.focus();
    } else {
      this.#form.remove();
      this.#form = undefined;
      this.#configure.focus();
      void this.#refresh();
    }
    this.#configure.setAttribute('aria-expanded', String(this.#form !== undefined));
  }
}

/** What modules that have ended left open, in words. */
export const leftOpen = (leaks) => `left open: ${leaks.map(({ what, count }) => (count === 1 ? what : `${count} × ${what}`)).join(', ')}.`;

function row({ callback, calls, refusals, failures, mean_ms: mean }) {
  const number = (text) => element('td', { className: 'number' }, text);
  const time = mean === null ? '–' : `${mean < 10 ? mean.toFixed(2) : Math.round(mean)} ms`;
  return element(
    'tr',
    {},
    element('td', {}, element('code', {}, callback)),
    number(String(calls)),
    number(String(refusals)),
    number(String(failures)),
    number(time),
  );
}
