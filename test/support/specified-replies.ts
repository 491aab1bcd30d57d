import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Endpoint } from '../../src/kernel/endpoint.ts';

/** The specification's OpenAPI definitions lie beside the project, where they are there at all. */
export const SPECIFICATION = join(resolve(import.meta.dirname, '../../..'), '../shared/data/openapi-client-server.json');

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}
interface OpenApiOperation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>;
}

/** Endpoints of the table that the specification knows by another path. */
const SPECIFIED_AS: Readonly<Record<string, string>> = {
  '/_matrix/client/v3/rooms/{}/state/{}': '/_matrix/client/v3/rooms/{}/state/{}/{}',
};

/** What an operation of the specification is called here: the method and the path, without the names of parameters. */
export function nameInSpecification({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  const anonymous = path.replaceAll(/:\w+|\{\w+\}/g, '{}').trim();
  return `${method} ${SPECIFIED_AS[anonymous] ?? anonymous}`;
}

/** The operations of the client-server API, each under its name; undefined where the definitions are not there. */
export function readSpecification(): ReadonlyMap<string, OpenApiOperation> | undefined {
  if (!existsSync(SPECIFICATION)) return undefined;
  // Its alternatives overlap in places (any JSON object, or an event), so that a right reply may be more than one of them.
  const { paths } = JSON.parse(readFileSync(SPECIFICATION, 'utf8').replaceAll('"oneOf":', '"anyOf":')) as OpenApi;
  return new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method]) => METHODS.has(method))
        .map(([method, operation]) => [nameInSpecification({ method: method.toUpperCase() as Endpoint['method'], path }), operation] as const),
    ),
  );
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete']);

/**
 * Empty replies that are right although the definitions want keys. TURN: the definitions have no word for a server without one; clients
 * take an empty object for that, and an empty list of addresses for an error of the caller's browser.
 */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['GET /_matrix/client/v3/voip/turnServer 200']);
const isEmpty = (reply: unknown): boolean => typeof reply === 'object' && reply !== null && Object.keys(reply).length === 0;

/** Checks replies against the schemas of the specification, each compiled when it is first needed. */
export class SpecifiedReplies {
  readonly #operations: ReadonlyMap<string, OpenApiOperation>;
  // The schemas hold keys of OpenAPI, and formats of Matrix identifiers, which patterns check as well.
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(operations: ReadonlyMap<string, OpenApiOperation>) {
    this.#operations = operations;
  }

  /** @returns what is wrong with a JSON reply in words, undefined when it is right or not specified */
  problem(endpoint: Endpoint, status: number, reply: unknown): string | undefined {
    const name = nameInSpecification(endpoint);
    const schema = this.#operations.get(name)?.responses[String(status)]?.content?.['application/json']?.schema;
    if (schema === undefined) return undefined;
    const key = `${name} ${status}`;
    if (MAY_BE_EMPTY.has(key) && isEmpty(reply)) return undefined;
    const check = this.#compiled.get(key) ?? this.#ajv.compile(schema);
    this.#compiled.set(key, check);
    return check(reply) ? undefined : this.#ajv.errorsText(check.errors, { dataVar: 'reply' });
  }
}
