import { admin } from './api.js';
import { busy, element, labelled, tell } from './dom.js';
import { jsonField, objectField, unmark, WrongField } from './fields.js';

/** Says what came of a change. */
export function tellChange({ started, ended, stored }) {
  const what = [started.length > 0 && `Started: ${started.join(', ')}.`, ended.length > 0 && `Ended: ${ended.join(', ')}.`].filter(Boolean).join(' ');
  tell(`${what || 'Nothing had to be exchanged.'}${stored ? '' : ' There is no configuration file: this is lost when the server ends.'}`);
}

function onErrorField(value) {
  const control = element('select', {}, ...['deny', 'allow'].map((one) => element('option', { value: one, selected: one === value }, one)));
  return labelled('When it fails (on_error)', control, 'deny: what it was asked about is refused; allow: it is done.');
}

/**
 * The form of a module's configuration, from its schema where it has one.
 * @param index its place in the list, as problems are told by it
 * @param done called when it is saved or left
 */
export function moduleForm(module, index, done) {
  const { config_schema: schema } = module;
  const hasFields = schema?.type === 'object' && schema.properties !== undefined;
  const config = hasFields
    ? objectField('Configuration', '', schema, module.config)
    : jsonField('Configuration', 'This module has no schema.', module.config);
  const onError = onErrorField(module.on_error);
  const timeout = labelled('Time to think (timeout)', element('input', { value: `${module.timeout}ms`, autocomplete: 'off' }), 'As in 500ms or 2s.');
  const hooks = jsonField('Single callbacks (hooks)', 'timeout and on_error that differ for a callback.', module.hooks);
  const problem = element('p', { className: 'problem alone', role: 'alert', hidden: true });
  const save = element('button', { className: 'main' }, 'Save');

  /** As it was, unless somebody has changed it: else the file would be given a key that it does not need. */
  const timeoutNow = () => (timeout.control.value === `${module.timeout}ms` ? module.timeout : timeout.control.value);
  const places = (path) => {
    if (path[0] !== 'modules' || path[1] !== index) return undefined;
    if (path[2] === 'config') return (text) => config.mark(path.slice(3), text);
    if (path[2] === 'timeout') return (text) => (timeout.mark(text), timeout.control);
    if (path[2] === 'hooks') return (text) => hooks.mark(path.slice(3), text);
    return undefined;
  };
  const failed = (error) => {
    problem.textContent = error.message;
    problem.hidden = false;
    const marked = (error.body?.problems ?? []).map(({ path, message }) => places(path)?.(message)).find(Boolean);
    (marked?.matches?.('input,select,textarea') ? marked : problem).scrollIntoView({ block: 'center' });
    if (marked?.focus) marked.focus();
  };
  const clear = () => {
    problem.hidden = true;
    unmark(config);
    unmark(hooks);
    timeout.mark('');
  };
  const onsubmit = (event) => {
    event.preventDefault();
    clear();
    busy(
      save,
      async () => {
        const settings = { config: config.read() ?? {}, on_error: onError.control.value, timeout: timeoutNow(), hooks: hooks.read() ?? {} };
        tellChange(await admin('PUT', `/modules/${encodeURIComponent(module.name)}`, settings));
        done();
      },
      (error) => failed(error instanceof WrongField || error instanceof Error ? error : new Error(String(error))),
    );
  };
  return element(
    'form',
    { className: 'form', onsubmit, noValidate: true, 'aria-label': `Configuration of ${module.name}` },
    element('h3', {}, 'Configure'),
    config.box,
    onError.box,
    timeout.box,
    hooks.box,
    problem,
    element('div', { className: 'actions' }, save, element('button', { type: 'button', onclick: done }, 'Cancel')),
  );
}
