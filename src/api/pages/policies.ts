import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import { html, type Html } from './html.ts';

interface Policy {
  readonly name: string;
  readonly url: string;
}

/** The documents of m.login.terms, each with a box to tick. */
export const acceptances = (params: JsonObject): Html =>
  html`<p>Please read and accept:</p>
    ${policiesOf(params).map(acceptance)}`;

/** Each document once: in English, or in its first language where it is not in English. */
function policiesOf(params: JsonObject): Policy[] {
  return Object.values(isObject(params['policies']) ? params['policies'] : {}).flatMap((policy) => {
    if (!isObject(policy)) return [];
    const document = isObject(policy['en']) ? policy['en'] : Object.values(policy).find(isObject);
    return document === undefined ? [] : [{ name: stringAt(document, 'name') ?? '', url: stringAt(document, 'url') ?? '' }];
  });
}

const acceptance = ({ name, url }: Policy): Html =>
  html`<label><input type="checkbox" required /> <a href="${url}" target="_blank" rel="noopener noreferrer">${name}</a></label>`;
