import { admin } from './api.js';
import { dialog } from './dialogs.js';
import { busy, element, labelled, tell } from './dom.js';
import { jsonField } from './fields.js';
import { leftOpen, ModuleCard } from './module-card.js';
import { tellChange } from './module-form.js';

/** How often the figures are fetched while the page is looked at, in ms. */
const EVERY = 2500;

/** The modules with their states and figures, live. */
export function modulesPage() {
  const cards = new Map();
  const list = element('div', { 'aria-live': 'off' });
  const problem = element('p', { className: 'problem alone', role: 'alert', hidden: true });
  const leaky = element('div');
  let timer;
  let ended = false;

  const onVisible = () => {
    if (!document.hidden) void refresh();
  };
  const refresh = async () => {
    clearTimeout(timer);
    try {
      const { modules, removed } = await admin('GET', '/modules');
      if (ended) return;
      problem.hidden = true;
      draw(modules);
      leaky.replaceChildren(
        ...removed.map(({ name, leaks }) => element('p', { className: 'problem' }, `${name}, which was removed, ${leftOpen(leaks)}`)),
      );
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
    if (!ended) timer = setTimeout(onVisible, EVERY);
  };
  const draw = (modules) => {
    for (const name of cards.keys()) if (!modules.some((module) => module.name === name)) cards.delete(name);
    for (const [index, module] of modules.entries()) {
      const card = cards.get(module.name) ?? new ModuleCard(refresh);
      cards.set(module.name, card);
      card.update(module, index);
    }
    const boxes = modules.map(({ name }) => cards.get(name).box);
    if (boxes.length === 0) list.replaceChildren(element('p', { className: 'card faint' }, 'There are no modules.'));
    else if (boxes.length !== list.children.length || boxes.some((box, index) => list.children[index] !== box)) list.replaceChildren(...boxes);
  };
  const reload = element('button', { type: 'button' }, 'Reload from file');
  reload.addEventListener('click', () =>
    busy(
      reload,
      async () => {
        tellChange(await admin('POST', '/modules/reload', {}));
        await refresh();
      },
      (error) => tell(error.message),
    ),
  );
  const add = element('button', { type: 'button', className: 'main', onclick: () => addModule(refresh) }, 'Add a module');
  document.addEventListener('visibilitychange', onVisible);
  void refresh();
  return {
    title: 'Modules',
    box: element('div', {}, element('div', { className: 'head' }, element('h1', {}, 'Modules'), reload, add), problem, list, leaky),
    end() {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    },
  };
}

function addModule(refresh) {
  const module = labelled(
    'Module',
    element('input', { required: true, autocomplete: 'off', spellcheck: false }),
    'plexus:<name>, a file beside the configuration, or a package.',
  );
  const name = labelled('Name', element('input', { autocomplete: 'off', spellcheck: false }), 'What it is called, if not by its own name.');
  const mode = element('select', {}, ...['shadow', 'enforce'].map((value) => element('option', { value }, value)));
  const modeField = labelled('Mode', mode, 'In shadow mode it is asked, but nothing comes of its answers.');
  const config = jsonField('Configuration', '', {});
  dialog({
    title: 'Add a module',
    text: 'It comes last: those before it are asked first. Only add code that you trust, as it runs with all rights of the server.',
    action: 'Add',
    fields: [module.box, name.box, modeField.box, config.box],
    async work() {
      const given = name.control.value.trim();
      const entry = { module: module.control.value.trim(), mode: mode.value, config: config.read() ?? {}, ...(given !== '' && { name: given }) };
      tellChange(await admin('POST', '/modules', entry));
      await refresh();
    },
  });
}
