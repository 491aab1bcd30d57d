import { defaultConfig, type Config } from '../../src/config/config.ts';
import { prepareDataFolder } from '../../src/config/first-start.ts';
import { startServer, type RunningServer } from '../../src/server/main.ts';
import { startCeiling } from './ceiling.ts';
import { CostMeter } from './cost-meter.ts';
import type { Question } from './measured-process.ts';

/**
 * The measured process: `serve.js ceiling|plexus <folder> [json of configuration]`. Answers "usage" with its CPU time and memory, and
 * "end" with what it has cost since "begin"; exchanges its modules for those of `{ modules }`.
 */
const [kind, folder = '.', overrides = '{}'] = process.argv.slice(2);

const configWith = (more: object): Config =>
  defaultConfig({
    data_dir: folder,
    listeners: [{ port: 0, bind_addresses: ['127.0.0.1'] }],
    registration: { mode: 'open', open_to: 'everyone', shared_secret: 'bench' },
    rate_limits: { enabled: false },
    passwords: { cost: 'test' },
    log: { level: 'error' },
    ...(JSON.parse(overrides) as object),
    ...more,
  });

async function startPlexus(): Promise<RunningServer> {
  const config = configWith({});
  prepareDataFolder(config);
  return startServer(config);
}

const plexus = kind === 'plexus' ? await startPlexus() : undefined;
const url = plexus === undefined ? `http://127.0.0.1:${(await startCeiling(folder)).port}` : plexus.urls[0];
const meter = new CostMeter();

async function answer(question: Question): Promise<object> {
  if (question === 'usage') return meter.usage();
  if (question === 'end') return meter.end();
  if (question === 'begin') await meter.begin();
  else await exchange(question);
  return {};
}

/** What the modules before them leave behind is no part of what these cost. */
async function exchange(modules: object): Promise<void> {
  await plexus?.exchangeModules(configWith(modules));
  globalThis.gc?.();
}

process.on('message', (question: Question) => void answer(question).then((said) => process.send?.(said)));
process.send?.({ url });
