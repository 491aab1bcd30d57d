import type { Event, StateEvent } from './event.ts';
import { isState } from './event.ts';
import { isRoomId } from './identifiers.ts';
import { stringAt } from './json.ts';

const ORDER = /^[\x20-\x7e]{1,50}$/;

/**
 * The children of a space in their order: https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space
 * @param events m.space.child events of the space's present state; those that name no servers in `via` are no children (any more)
 */
export function spaceChildren(events: readonly Event[], options: { readonly suggestedOnly: boolean }): readonly StateEvent[] {
  const children = events.filter(isState).filter(({ stateKey, content }) => isRoomId(stateKey) && Array.isArray(content['via']));
  const wanted = options.suggestedOnly ? children.filter(({ content }) => content['suggested'] === true) : children;
  return wanted.toSorted(compare);
}

function compare(one: StateEvent, other: StateEvent): number {
  const [a, b] = [orderOf(one), orderOf(other)];
  if (a !== b) return a === undefined || (b !== undefined && a > b) ? 1 : -1;
  return one.originServerTs - other.originServerTs || (one.stateKey < other.stateKey ? -1 : 1);
}

function orderOf({ content }: StateEvent): string | undefined {
  const order = stringAt(content, 'order');
  return order !== undefined && ORDER.test(order) ? order : undefined;
}
