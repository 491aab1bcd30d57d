import type { Event } from '../core/event.ts';
import type { EventId } from '../core/identifiers.ts';
import { objectAt, type JsonObject } from '../core/json.ts';

/** What a form of an event remembers beside its keys: JSON does not know symbols, and copies of the form keep them. */
const SHOWN = Symbol('the event that is shown');

interface Shown {
  readonly event: Event;
  /** Set where the form has only some of the keys. */
  readonly part?: { readonly whole: Form; readonly of: (whole: JsonObject) => JsonObject };
}
type Form = JsonObject & { [SHOWN]?: Shown; unsigned?: JsonObject };

/** What modules add to `unsigned`. */
type FieldsOf = (event: Event) => Promise<JsonObject>;

/** Adds to each event in a reply what modules want clients to see in its `unsigned`. */
export type AddFields = (reply: unknown) => Promise<void>;

/** How many events modules look at together. */
const AT_ONCE = 50;

/** Marks the form in which clients are shown an event, so that `addFields` finds it wherever it comes to stand in a reply. */
export function showing(form: JsonObject, event: Event): JsonObject {
  (form as Form)[SHOWN] = { event };
  return form;
}

/** A form of which clients want some keys only. */
export function partOf(form: JsonObject, of: (whole: JsonObject) => JsonObject): JsonObject {
  const part = of(form);
  const shown = (form as Form)[SHOWN];
  if (shown !== undefined) (part as Form)[SHOWN] = { event: shown.event, part: { whole: form, of } };
  return part;
}

/**
 * Adds to the `unsigned` of all events in a reply what modules say of them. Of each event they are asked once, wherever it stands. What is
 * there already stays: nothing that the server says itself can be replaced.
 */
export async function addFields(reply: unknown, fieldsOf: FieldsOf): Promise<void> {
  const forms: Form[] = [];
  collect(reply, forms);
  const events = new Map(forms.flatMap((form) => (form[SHOWN] === undefined ? [] : [[form[SHOWN].event.eventId, form[SHOWN].event]])));
  const fields = new Map<EventId, JsonObject>();
  const waiting = [...events.values()];
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE);
    await Promise.all(some.map(async (event) => void fields.set(event.eventId, await fieldsOf(event))));
  }
  for (const form of forms) extend(form, fields);
}

/** Events inside of others (aggregations, redactions) come before those around them. */
function collect(value: unknown, forms: Form[]): void {
  if (typeof value !== 'object' || value === null) return;
  const shown = (value as Form)[SHOWN];
  if (shown !== undefined) {
    if (shown.part !== undefined) collect(shown.part.whole, forms);
    else collect((value as Form).unsigned, forms);
    forms.push(value as Form);
  } else if (Array.isArray(value) || value instanceof Map) {
    for (const item of value.values()) collect(item, forms);
  } else if (isPlain(value)) {
    for (const item of Object.values(value)) collect(item, forms);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function extend(form: Form, fields: ReadonlyMap<EventId, JsonObject>): void {
  const shown = form[SHOWN];
  if (shown === undefined) return;
  if (shown.part === undefined) {
    const { event } = shown;
    form.unsigned = { ...fields.get(event.eventId), ...form.unsigned };
    return;
  }
  const unsigned = objectAt(shown.part.of(shown.part.whole), 'unsigned');
  if (unsigned !== undefined) form.unsigned = unsigned;
}
