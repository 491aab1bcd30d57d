import type { Endpoint } from '../../src/kernel/endpoint.ts';
import type { Schema } from '../../src/kernel/schema.ts';

export interface SampleRequest {
  readonly method: string;
  /** With its query, segments encoded. */
  readonly path: string;
  /** Undefined where the endpoint takes none. */
  readonly body: unknown;
}

/** What path parameters, query parameters and keys of a body hold unless a test says otherwise: each is well formed. */
const NAMED: Readonly<Record<string, string>> = {
  algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2',
  alias: '#alias:localhost',
  deviceId: 'DEVICE',
  eventId: '$event',
  eventType: 'm.room.message',
  event_id: '$event',
  filterId: '0',
  keyName: 'displayname',
  kind: 'room',
  mediaId: 'media',
  new_version: '11',
  receiptType: 'm.read',
  relType: 'm.thread',
  roomAlias: '#alias:localhost',
  roomId: '!room:localhost',
  roomIdOrAlias: '!room:localhost',
  room_id: '!room:localhost',
  ruleId: '!room:localhost',
  serverName: 'localhost',
  stateKey: '',
  tag: 'u.tag',
  type: 'org.example.type',
  userId: '@user:localhost',
  user_id: '@user:localhost',
  userid: '@user:localhost',
  username: 'somebody',
};

/**
 * A well-formed request to an endpoint, made from its schemas: only what must be there.
 * @param values by the names of parameters and keys, where they are to be something in particular
 */
export function sampleRequest(endpoint: Endpoint, values: Readonly<Record<string, string>> = {}): SampleRequest {
  const named = { ...NAMED, ...values };
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? name));
  const query = endpoint.query === undefined ? {} : (sampleOf(endpoint.query, '', named) as Record<string, string | number>);
  const search = new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)])).toString();
  return {
    method: endpoint.method,
    path: search === '' ? path : `${path}?${search}`,
    body: endpoint.body === undefined || endpoint.body === 'stream' ? undefined : sampleOf(endpoint.body, '', named),
  };
}

/** The smallest value that a JSON Schema takes, as far as the schemas of endpoints go. */
function sampleOf(schema: Schema, name: string, named: Readonly<Record<string, string>>): unknown {
  if (schema['const'] !== undefined) return schema['const'];
  const [choice] = (schema['anyOf'] ?? []) as Schema[];
  if (choice !== undefined) return sampleOf(choice, name, named);
  switch (schema['type']) {
    case 'string':
      return (schema['enum'] as string[] | undefined)?.[0] ?? named[name] ?? 'text';
    case 'integer':
    case 'number':
      return (schema['minimum'] as number | undefined) ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default: {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      const required = (schema['required'] ?? []) as string[];
      return Object.fromEntries(properties.filter(([key]) => required.includes(key)).map(([key, value]) => [key, sampleOf(value, key, named)]));
    }
  }
}
