import { element, freshId, labelled } from './dom.js';

/** Something in a form cannot be read. */
export class WrongField extends Error {}

const PLAIN = ['string', 'number', 'integer'];
const alternatives = (schema) => schema.anyOf ?? schema.oneOf ?? (Array.isArray(schema.type) ? schema.type.map((type) => ({ type })) : undefined);
const choicesOf = (schema) =>
  schema.enum ?? (alternatives(schema)?.every((one) => 'const' in one) ? alternatives(schema).map((one) => one.const) : undefined);
const isNumeric = (type) => type === 'number' || type === 'integer';

/**
 * A field for a value, as its JSON Schema wants it; JSON where there is no better form.
 * @returns {{ box: HTMLElement, read: () => unknown, mark: (path: (string | number)[], text: string) => boolean }} `read` gives undefined for what is left out;
 * `mark` shows what is wrong at a place, '' takes it away
 */
export function fieldFor(name, schema, value, required) {
  const label = schema.title ?? name;
  const about = describe(schema, required);
  const choices = choicesOf(schema);
  if (choices) return choiceField(label, about, choices, value);
  if (schema.type === 'boolean') return choiceField(label, about, [true, false], value);
  if (PLAIN.includes(schema.type)) return textField(label, about, schema, value, [schema.type]);
  const types = alternatives(schema)?.map(({ type }) => type);
  if (types?.every((type) => PLAIN.includes(type))) return textField(label, about, schema, value, types);
  if (schema.type === 'array' && schema.items && !Array.isArray(schema.items)) return listField(label, about, schema, value);
  if (schema.type === 'object' && schema.properties && !schema.patternProperties && typeof schema.additionalProperties !== 'object') {
    return objectField(label, about, schema, value, required);
  }
  return jsonField(label, about, value);
}

function describe({ description, default: preset }, required) {
  const missing = preset === undefined ? (required ? 'Must be given.' : '') : `Unless given: ${JSON.stringify(preset)}`;
  return [description, missing].filter(Boolean).join(' ');
}

function single({ box, control, mark }, read) {
  return { box, read, mark: (path, text) => (mark(path.length > 0 && text ? `${path.join('.')}: ${text}` : text), control) };
}

function textField(label, about, schema, value, types) {
  const onlyNumbers = types.every(isNumeric);
  const control = element('input', {
    type: onlyNumbers ? 'number' : 'text',
    step: types.includes('number') ? 'any' : undefined,
    value: value === undefined ? '' : String(value),
    autocomplete: 'off',
    spellcheck: false,
  });
  const field = labelled(label, control, about);
  // A text that was there and is emptied is an empty text; what was never there stays away.
  return single(field, () => {
    if (control.value === '') return !onlyNumbers && value !== undefined ? '' : undefined;
    return types.some(isNumeric) && Number.isFinite(Number(control.value)) ? Number(control.value) : control.value;
  });
}

function choiceField(label, about, choices, value) {
  const index = choices.indexOf(value);
  const option = (text, at) => element('option', { value: String(at), selected: at === index }, text);
  const control = element('select', {}, option('(not given)', -1), ...choices.map((choice, at) => option(String(choice), at)));
  return single(labelled(label, control, about), () => choices[Number(control.value)]);
}

export function jsonField(label, about, value) {
  const control = element('textarea', { spellcheck: false, value: value === undefined ? '' : JSON.stringify(value, undefined, 2) });
  const field = labelled(label, control, [about, 'Written as JSON.'].filter(Boolean).join(' '));
  return single(field, () => {
    field.mark('');
    if (control.value.trim() === '') return undefined;
    try {
      return JSON.parse(control.value);
    } catch (error) {
      field.mark(`This is no JSON: ${error.message}`);
      control.focus();
      throw new WrongField(`${label} is no JSON.`);
    }
  });
}

function group(label, about) {
  const problem = element('p', { className: 'problem', hidden: true, id: freshId('problem') });
  const box = element(
    'fieldset',
    { 'aria-describedby': problem.id },
    element('legend', {}, label),
    about && element('p', { className: 'faint' }, about),
    problem,
  );
  return {
    box,
    mark: (text) => {
      problem.textContent = text;
      problem.hidden = text === '';
      return box;
    },
  };
}

function listField(label, about, schema, value) {
  const { box, mark } = group(label, about);
  const rows = element('div');
  let items = [];
  const add = (item) => {
    const field = fieldFor(`${label} ${items.length + 1}`, schema.items, item, true);
    const remove = () => {
      items = items.filter((each) => each !== field);
      row.remove();
      more.focus();
    };
    const button = element('button', { type: 'button', className: 'small', onclick: remove, 'aria-label': `Remove this item of ${label}` }, 'Remove');
    const row = element('div', { className: 'item' }, field.box, button);
    items.push(field);
    rows.append(row);
    return field;
  };
  const more = element(
    'button',
    { type: 'button', className: 'small', onclick: () => add().box.querySelector('input,select,textarea,button')?.focus() },
    `Add to ${label}`,
  );
  box.append(rows, more);
  for (const item of Array.isArray(value) ? value : []) add(item);
  return {
    box,
    read: () => (items.length === 0 && value === undefined ? undefined : items.map((item) => item.read() ?? '')),
    mark: ([index, ...rest], text) => (items[index] === undefined ? mark(text) : items[index].mark(rest, text)),
    unmark() {
      mark('');
      for (const item of items) unmark(item);
    },
  };
}

/** All fields of an object; what it has beyond its schema is kept. */
export function objectField(label, about, schema, value, required = true) {
  const { box, mark } = group(label, about);
  const fields = new Map();
  const inside = element('div');
  const known = () => Object.entries(schema.properties);
  const open = (values) => {
    for (const [name, inner] of known()) fields.set(name, fieldFor(name, inner, values[name], schema.required?.includes(name) ?? false));
    inside.replaceChildren(...[...fields.values()].map((field) => field.box));
  };
  const close = () => {
    fields.clear();
    inside.replaceChildren();
  };
  box.append(inside);
  const has = () => fields.size > 0;
  if (value !== undefined || required) open(value ?? {});
  if (!required) {
    const toggle = element('button', { type: 'button', className: 'small' });
    const name = () => (toggle.textContent = has() ? `Leave ${label} out` : `Set ${label}`);
    toggle.addEventListener('click', () => {
      if (has()) close();
      else open({});
      name();
    });
    name();
    box.append(toggle);
  }
  return {
    box,
    read() {
      if (!has()) return undefined;
      const others = Object.entries(value ?? {}).filter(([name]) => !fields.has(name));
      const read = [...fields].map(([name, field]) => [name, field.read()]).filter(([, one]) => one !== undefined);
      return Object.fromEntries([...others, ...read]);
    },
    mark: ([name, ...rest], text) => (fields.has(name) ? fields.get(name).mark(rest, text) : mark(name === undefined ? text : `${name}: ${text}`)),
    unmark() {
      mark('');
      for (const field of fields.values()) unmark(field);
    },
  };
}

/** Takes away everything that was marked. */
export function unmark(field) {
  if (field.unmark) field.unmark();
  else field.mark([], '');
}
