import type { JsonObject } from './json.ts';
import { parsePropertyPath, valueAt, type PropertyPath } from './property-path.ts';

interface Claim {
  readonly path: PropertyPath;
  /** Only what stands before the @ of a mail address. */
  readonly beforeAt: boolean;
}

/** A text with places for what a provider of identities says of a person. */
export type ClaimsTemplate = readonly (string | Claim)[];

const PLACE = /\{([^{}|]+)(?:\|(before_at))?\}/g;

/**
 * Reads a template such as `{given_name} {family_name}` or `{email|before_at}`; names of claims are dot-separated paths.
 * @returns undefined when it has no claim, or a brace that belongs to none
 */
export function parseClaimsTemplate(text: string): ClaimsTemplate | undefined {
  const parts: (string | Claim)[] = [];
  let end = 0;
  for (const { 0: whole, 1: name = '', 2: filter, index } of text.matchAll(PLACE)) {
    parts.push(text.slice(end, index), { path: parsePropertyPath(name.trim()), beforeAt: filter !== undefined });
    end = index + whole.length;
  }
  parts.push(text.slice(end));
  const isRight = parts.length > 1 && parts.every((part) => typeof part !== 'string' || !/[{}]/.test(part));
  return isRight ? Object.freeze(parts.filter((part) => part !== '')) : undefined;
}

/** @returns undefined when a claim is missing, empty, or neither text nor a number */
export function fillClaimsTemplate(template: ClaimsTemplate, claims: JsonObject): string | undefined {
  const filled = template.map((part) => (typeof part === 'string' ? part : textOf(part, claims)));
  return filled.includes(undefined) ? undefined : filled.join('').trim() || undefined;
}

function textOf({ path, beforeAt }: Claim, claims: JsonObject): string | undefined {
  const value = valueAt(claims, path);
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const at = beforeAt ? text.lastIndexOf('@') : -1;
  return (at < 0 ? text : text.slice(0, at)) || undefined;
}
