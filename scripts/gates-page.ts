import { ENDPOINTS } from '../src/api/endpoints.ts';
import { CONTRACT } from '../src/kernel/contract.ts';
import type { ContractLine } from '../src/kernel/contract/line.ts';

const LINES: readonly (readonly [operation: string, line: ContractLine])[] = Object.entries<ContractLine>(CONTRACT).toSorted(([a], [b]) =>
  a < b ? -1 : 1,
);
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const OF_EACH_EVENT = ['check_event_allowed', 'check_event_for_spam', 'sign_event'] as const;

/** The callbacks that an operation must pass, in the order in which they are called. */
export const callbacksOf = (line: ContractLine): readonly string[] => [
  ...(line.before ?? []),
  ...(line.asks ?? []),
  ...(line.gates ?? []),
  ...(line.events === true ? [...OF_EACH_EVENT, 'on_new_event'] : []),
  ...(line.listeners ?? []),
];

/** docs/generated/gates.md: the Contract for people to read. */
export function gatesPage(): string {
  const asking = LINES.filter(([, line]) => callbacksOf(line).length > 0);
  const denied = LINES.filter(([, line]) => line.suspended === 'may-not').map(([operation]) => operation);
  const exempt = LINES.filter(([, line]) => line.expired === 'may').map(([operation]) => operation);
  const unlocked = LINES.filter(([, line]) => line.locked === 'may').map(([operation]) => operation);
  return [
    '# What every operation asks the modules',
    '',
    'Printed from `src/kernel/contract/` by `node build/scripts/generate-gates.js`; a test compares it with the code, another one with what really happens.',
    '',
    'Each request that is limited by user asks `get_ratelimit_override_for_user`, where `rate_limits` are switched on.',
    `Every operation on behalf of a user asks \`is_user_expired\` before anything else, with the exception of ${code(exempt)}. Then, in this order:`,
    '',
    row('operation', 'before it', 'while preparing', 'gates', 'for each event', 'told afterwards'),
    row('---', '---', '---', '---', '---', '---'),
    ...asking.map(([operation, line]) =>
      row(
        code([operation]),
        code(line.before ?? []),
        code(line.asks ?? []),
        code(line.gates ?? []),
        line.events === true ? code(OF_EACH_EVENT) : '',
        code([...(line.events === true ? ['on_new_event'] : []), ...(line.listeners ?? [])]),
      ),
    ),
    '',
    'All other operations ask nothing more.',
    '',
    '## What administrators bar',
    '',
    `A locked account may do nothing but ${code(unlocked)}. A suspended one may not ${code(denied)}, and of all events it may make only those by which it leaves rooms, and redactions of its own.`,
    '',
    '## By callback',
    '',
    row('callback', 'operations'),
    row('---', '---'),
    ...[...new Set(asking.flatMap(([, line]) => callbacksOf(line)))]
      .toSorted()
      .map((callback) =>
        row(code([callback]), code(asking.filter(([, line]) => callbacksOf(line).includes(callback)).map(([operation]) => operation))),
      ),
    '',
    '## By request',
    '',
    row('request', 'operation'),
    row('---', '---'),
    ...ENDPOINTS.filter(({ operationName }) => callbacksOf(CONTRACT[operationName]).length > 0)
      .map(({ method, path, operationName }) => row(code([`${method} ${path}`]), code([operationName])))
      .toSorted(),
    '',
  ].join('\n');
}
