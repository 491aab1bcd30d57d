import { defaultConfig } from '../../src/config/config.ts';
import { prepareDataFolder } from '../../src/config/first-start.ts';
import { startServer } from '../../src/server/main.ts';
import { startCeiling } from './ceiling.ts';
import { CostMeter } from './cost-meter.ts';
import type { Question } from './measured-process.ts';
import { SwitchedPolicy } from './switched-policy.ts';

/**
 * The measured process: `serve.js ceiling|plexus <folder> [json of configuration]`. Answers "usage" with its CPU time and memory, and
 * "end" with what it has cost since "begin". "with modules" and "without modules" say whether modules are asked.
 */
const [kind, folder = '.', overrides = '{}'] = process.argv.slice(2);

async function start(): Promise<string> {
  if (kind === 'ceiling') return `http://127.0.0.1:${(await startCeiling(folder)).port}`;
  const config = defaultConfig({
    data_dir: folder,
    listeners: [{ port: 0, bind_addresses: ['127.0.0.1'] }],
    registration: { mode: 'open', open_to: 'everyone', shared_secret: 'bench' },
    rate_limits: { enabled: false },
    passwords: { cost: 'test' },
    log: { level: 'error' },
    ...(JSON.parse(overrides) as object),
  });
  prepareDataFolder(config);
  return (await startServer(config, { watch: (modules) => policy.of(modules) })).urls[0] ?? '';
}

const policy = new SwitchedPolicy();
const url = await start();
const meter = new CostMeter();
process.on('message', (question: Question) => {
  if (question === 'with modules' || question === 'without modules') {
    policy.isOn = question === 'with modules';
    process.send?.({});
  } else if (question === 'begin') void meter.begin().then(() => process.send?.({}));
  else process.send?.(question === 'end' ? meter.end() : meter.usage());
});
process.send?.({ url });
