import { list, mapping, optional, record } from '../mappings.ts';
import { anything, byteSize, choice, duration, moduleReference, text, wholeNumber } from '../values.ts';

const ON_ERROR = ['deny', 'allow'] as const;

const hook = mapping({
  timeout: optional(duration({ description: 'For how long the module may think.' })),
  on_error: optional(choice(ON_ERROR, { description: 'What holds when it fails.' })),
});

const quota = mapping({
  bytes: optional(byteSize({ description: 'How much it may keep.' })),
  rows: optional(wholeNumber(0, Number.MAX_SAFE_INTEGER, { description: 'How many rows and values.' })),
});

const entry = mapping({
  module: moduleReference({}),
  config: record(anything, { default: {} }),
  name: optional(text({})),
  on_error: choice(ON_ERROR, { default: 'deny' }),
  timeout: duration({ default: '5s' }),
  mode: choice(['enforce', 'shadow'], { default: 'enforce' }),
  isolation: choice(['none', 'worker'], { default: 'none' }),
  memory: byteSize({ default: '256MiB' }),
  quota: optional(quota),
  hooks: record(hook, { default: {} }),
});

export const modules = list(entry, {
  default: [],
  description: [
    'Programs that are asked before anything happens, in this order. For each:',
    '  module     plexus:<name> ships with the server; ./file.js#Export is a file beside this one; @scope/name is an npm package',
    '  config     whatever the module itself wants to be told',
    '  name       what it is called in the log and the metrics',
    '  timeout    for how long it may think about one question (5s)',
    '  on_error   whether what it was asked about is refused (deny) or done (allow) when it fails or is too slow',
    '  mode       enforce, or shadow: it is asked and its answers are recorded, but they have no effect',
    '  isolation  none: it runs in the thread of the server; worker: in one of its own, where an endless loop or a leak costs that module only',
    '  memory     how much a thread of its own may use (256MiB); when it needs more, it is started anew',
    '  quota      how much it may keep in the database, as bytes (1GiB) and rows (any number); what would be more is not stored, and the module told',
    '  hooks      timeout and on_error for single callbacks',
  ].join('\n'),
  example: [
    { module: 'plexus:demo', config: { blocked: ['@mallory:example.org'] } },
    { module: './modules/policy.js#HouseRules', timeout: '2s', on_error: 'allow', hooks: { user_may_invite: { on_error: 'deny' } } },
  ],
});
