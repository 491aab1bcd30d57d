/**
 * Makes an element. Children that are texts become text nodes: nothing is ever read as HTML.
 * @param {string} tag
 * @param {Record<string, any>} [properties] properties of the element, else attributes; `on…` are listeners
 * @param {...(Node | string | undefined | false)} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

let lastId = 0;
/** An id for what a label or a description belongs to. */
export const freshId = (prefix) => `${prefix}-${(lastId += 1)}`;

/** Says in a few words what has happened, also to screen readers. */
export function tell(text) {
  const note = element('p', {}, text);
  document.getElementById('news').replaceChildren(note);
  setTimeout(() => note.remove(), 6000);
}

/** A labelled field: its control, a description and a place for what is wrong. */
export function labelled(label, control, description) {
  control.id ||= freshId('control');
  const problem = element('p', { className: 'problem', id: freshId('problem'), hidden: true });
  const about = description ? element('p', { className: 'faint', id: freshId('about') }, description) : undefined;
  control.setAttribute('aria-describedby', [about?.id, problem.id].filter(Boolean).join(' '));
  const box = element('div', { className: 'field' }, element('label', { htmlFor: control.id }, label), about, control, problem);
  return {
    box,
    control,
    mark(text) {
      problem.textContent = text;
      problem.hidden = text === '';
      control.setAttribute('aria-invalid', String(text !== ''));
    },
  };
}

/** Lets a button work once at a time, and gives what goes wrong to `failed`. */
export function busy(button, work, failed) {
  button.disabled = true;
  void work()
    .catch(failed)
    .finally(() => (button.disabled = false));
}
