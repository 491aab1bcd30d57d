import { Type as t, type Static } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import type { ModuleChange } from '../../kernel/module-administration.ts';
import { changeModules } from '../../operations/modules/change-modules.ts';
import { listModules, type ListedModule } from '../../operations/modules/list-modules.ts';

const BASE = '/_plexus/admin/v1/modules';
const object = t.Record(t.String(), t.Any());

/** In the keys and forms of the configuration file, which says what is wrong with a value. */
const settings = {
  config: t.Optional(object),
  mode: t.Optional(t.String()),
  isolation: t.Optional(t.String()),
  on_error: t.Optional(t.String()),
  timeout: t.Optional(t.Union([t.String(), t.Integer()])),
  hooks: t.Optional(object),
};

/** What was left open by modules that have ended. */
const leaks = t.Array(t.Object({ what: t.String(), count: t.Integer() }));

const moduleReply = t.Object({
  name: t.String(),
  module: t.Union([t.String(), t.Null()]),
  version: t.Union([t.String(), t.Null()]),
  mode: t.String(),
  isolation: t.String(),
  on_error: t.String(),
  timeout: t.Integer(),
  hooks: object,
  permissions: t.String(),
  config: object,
  config_schema: t.Union([object, t.Null()]),
  /** When it will be asked again, in ms since the epoch; null while it is asked. */
  parked_until: t.Union([t.Integer(), t.Null()]),
  leaks,
  callbacks: t.Array(
    t.Object({
      callback: t.String(),
      calls: t.Integer(),
      refusals: t.Integer(),
      failures: t.Integer(),
      mean_ms: t.Union([t.Number(), t.Null()]),
    }),
  ),
});

const moduleOf = ({
  source,
  version,
  onError,
  permissions,
  callbacks,
  configSchema,
  parkedUntil,
  leaks: left,
  figures,
  ...same
}: ListedModule): Static<typeof moduleReply> => ({
  ...same,
  module: source ?? null,
  version: version ?? null,
  on_error: onError,
  permissions,
  config_schema: configSchema ?? null,
  parked_until: parkedUntil ?? null,
  leaks: [...left],
  callbacks: callbacks.map((callback) => {
    const { calls = 0, totalMs = 0, outcomes } = figures.find((each) => each.callback === callback) ?? {};
    return {
      callback,
      calls,
      refusals: outcomes?.refused ?? 0,
      failures: outcomes?.failed ?? 0,
      mean_ms: calls === 0 ? null : totalMs / calls,
    };
  }),
});

const names = t.Array(t.String());
const changeReply = t.Object({
  kept: names,
  started: names,
  ended: names,
  /** False: there is no configuration file, and the change is lost at the next start. */
  stored: t.Boolean(),
});
const changeOf = ({ kept, started, ended, stored }: ModuleChange): Static<typeof changeReply> => ({
  kept: [...kept],
  started: [...started],
  ended: [...ended],
  stored,
});

/** The modules of the running server, for server administrators: docs/modules/configuration.md */
export const MODULES = [
  endpoint({
    method: 'GET',
    path: BASE,
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ modules: t.Array(moduleReply), removed: t.Array(t.Object({ name: t.String(), leaks })) }),
    operation: listModules,
    input: () => undefined,
    output: ({ running, removed }) => ({
      modules: running.map(moduleOf),
      removed: removed.map((module) => ({ name: module.name, leaks: [...module.leaks] })),
    }),
  }),
  endpoint({
    method: 'POST',
    path: BASE,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ module: t.String({ minLength: 1 }), name: t.Optional(t.String()), ...settings }, { additionalProperties: false }),
    reply: changeReply,
    operation: changeModules,
    input: ({ body }) => ({ kind: 'add' as const, entry: body }),
    output: changeOf,
  }),
  endpoint({
    method: 'POST',
    path: `${BASE}/reload`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({}),
    bodyOptional: true,
    reply: changeReply,
    operation: changeModules,
    input: () => ({ kind: 'reload' as const }),
    output: changeOf,
  }),
  endpoint({
    method: 'PUT',
    path: `${BASE}/:name`,
    auth: 'admin',
    limit: 'general',
    body: t.Object(settings, { additionalProperties: false }),
    reply: changeReply,
    operation: changeModules,
    input: ({ params, body }) => ({ kind: 'set' as const, name: params.name, settings: body }),
    output: changeOf,
  }),
  endpoint({
    method: 'DELETE',
    path: `${BASE}/:name`,
    auth: 'admin',
    limit: 'general',
    reply: changeReply,
    operation: changeModules,
    input: ({ params }) => ({ kind: 'remove' as const, name: params.name }),
    output: changeOf,
  }),
];
