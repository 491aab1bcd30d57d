import { busy, element, freshId } from './dom.js';

/**
 * Asks before something is done.
 * @param fields more of the dialog
 * @param work does it; what it throws is shown, and the dialog stays open
 */
export function dialog({ title, text, action, grave = false, fields = [], work }) {
  const id = freshId('title');
  const problem = element('p', { className: 'problem alone', role: 'alert', hidden: true });
  const go = element('button', { className: grave ? 'grave' : 'main' }, action);
  const onsubmit = (event) => {
    event.preventDefault();
    problem.hidden = true;
    busy(
      go,
      async () => {
        await work();
        box.close();
      },
      (error) => {
        problem.textContent = error.message;
        problem.hidden = false;
      },
    );
  };
  const cancel = element('button', { type: 'button', onclick: () => box.close() }, 'Cancel');
  const box = element(
    'dialog',
    { 'aria-labelledby': id, onclose: () => box.remove() },
    element(
      'form',
      { onsubmit },
      element('h2', { id }, title),
      element('p', {}, text),
      ...fields,
      problem,
      element('div', { className: 'actions' }, go, cancel),
    ),
  );
  document.body.append(box);
  box.showModal();
}
