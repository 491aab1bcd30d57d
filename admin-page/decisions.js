import { admin } from './api.js';
import { busy, element, labelled } from './dom.js';

const OUTCOMES = ['refused', 'replaced', 'answered', 'failed', 'parked', 'allowed'];
const TONES = { refused: 'warn', replaced: 'warn', failed: 'bad', parked: 'bad', allowed: 'good' };
const SUBJECTS = {
  room_id: 'room',
  event_type: 'type',
  event_id: 'event',
  user_id: 'user',
  alias: 'alias',
  file_id: 'file',
  username: 'name',
  medium: 'medium',
};
const EVERY = 2500;

/** The decision trail, newest first; looks for new ones as long as nobody has gone back in it. */
export function decisionsPage(query) {
  const text = (name, label) => labelled(label, element('input', { name, value: query.get(name) ?? '', autocomplete: 'off', spellcheck: false }));
  const options = ['', ...OUTCOMES].map((value) => element('option', { value, selected: value === (query.get('outcome') ?? '') }, value || 'any'));
  const filters = [
    text('user', 'User'),
    text('room', 'Room'),
    text('module', 'Module'),
    text('callback', 'Callback'),
    labelled('Outcome', element('select', { name: 'outcome' }, ...options)),
    text('incident', 'Incident'),
  ];
  const list = element('div', { className: 'card' }, element('p', { className: 'faint' }, 'Loading…'));
  const problem = element('p', { className: 'problem alone', role: 'alert', hidden: true });
  const more = element('button', { type: 'button', hidden: true }, 'Older ones');
  const state = { next: undefined, pages: 0, timer: undefined, ended: false };

  const failed = (error) => {
    problem.textContent = error.status === 404 ? 'This server keeps no trail of decisions.' : error.message;
    problem.hidden = false;
  };
  const page = (token) => {
    const wanted = filters.map(({ control }) => [control.name, control.value.trim()]).filter(([, value]) => value !== '');
    return admin('GET', `/decisions?${new URLSearchParams([...wanted, ['limit', '50'], ...(token ? [['from_token', token]] : [])])}`);
  };
  const load = async () => {
    clearTimeout(state.timer);
    try {
      const { decisions, next_token: next } = await page();
      if (state.ended || state.pages > 1) return;
      problem.hidden = true;
      list.replaceChildren(...(decisions.length === 0 ? [element('p', { className: 'faint' }, 'Nothing was found.')] : decisions.map(entry)));
      Object.assign(state, { next, pages: 1 });
      more.hidden = next === undefined;
    } catch (error) {
      failed(error);
    }
    if (!state.ended && state.pages <= 1) state.timer = setTimeout(() => void load(), EVERY);
  };
  more.addEventListener('click', () =>
    busy(
      more,
      async () => {
        state.pages += 1;
        const { decisions, next_token: next } = await page(state.next);
        list.append(...decisions.map(entry));
        state.next = next;
        more.hidden = next === undefined;
      },
      failed,
    ),
  );
  const onsubmit = (event) => {
    event.preventDefault();
    state.pages = 0;
    void load();
  };
  const form = element(
    'form',
    { className: 'card', onsubmit, role: 'search' },
    element('div', { className: 'filters' }, ...filters.map(({ box }) => box), element('button', { className: 'main' }, 'Filter')),
  );
  void load();
  return {
    title: 'Decisions',
    box: element('div', {}, element('div', { className: 'head' }, element('h1', {}, 'Decisions')), form, problem, list, more),
    end() {
      state.ended = true;
      clearTimeout(state.timer);
    },
  };
}

function entry(decision) {
  const { ts, module, callback, outcome, shadow, said, ms, actor, incident } = decision;
  const about = Object.entries(SUBJECTS).flatMap(([key, name]) => (decision[key] ? [`${name} ${decision[key]}`] : []));
  const facts = [actor && `by ${actor}`, ...about, `${ms.toFixed(1)} ms`, incident && `incident ${incident}`].filter(Boolean);
  return element(
    'article',
    { className: 'decision' },
    element(
      'div',
      { className: 'title' },
      element('span', { className: `badge ${TONES[outcome] ?? ''}` }, shadow ? `${outcome} (shadow)` : outcome),
      element('strong', {}, module),
      element('code', {}, callback),
      element('time', { className: 'faint', dateTime: new Date(ts).toISOString() }, new Date(ts).toLocaleString()),
    ),
    said !== '' && element('p', {}, said),
    element('p', { className: 'faint' }, facts.join(' · ')),
  );
}
