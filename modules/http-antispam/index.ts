import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Codes, ConfigError, defineModule, NOT_SPAM, parseDuration, type JsonObject, type ModuleApi, type SpamCheckerCallbacks } from 'plexus/module';
import { AntispamServer } from './antispam-server.ts';
import { CALLBACKS, Config, type AntispamConfig, type CallbackName } from './config.ts';
import { QUESTIONS, type AskedCallback } from './questions.ts';

/** How long to wait before an antispam server is pinged once more, ms. */
const PING_PAUSE = 5_000;

const isAsked = (name: CallbackName): name is AskedCallback => Object.hasOwn(QUESTIONS, name);

/** Asks an antispam server over HTTP, in the protocol of synapse-http-antispam. */
export default defineModule({
  name: 'http-antispam',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'], network: ['*'] },
  config: Config,
  setup(api, config) {
    const server = new AntispamServer({
      httpClient: api.httpClient,
      baseUrl: baseUrlOf(config.base_url),
      authorization: authorizationOf(config),
      timeout: parseDuration(config.timeout, ['timeout']),
    });
    const enabled = config.enabled_callbacks ?? CALLBACKS.filter(isAsked);
    for (const name of enabled.filter((one) => !isAsked(one))) api.log.warn({ callback: name }, `${name} is never asked: it belongs to federation`);
    api.registerSpamCheckerCallbacks(Object.fromEntries(enabled.filter(isAsked).map((name) => [name, callback(name)])) as SpamCheckerCallbacks);
    if (config.do_ping) void api.runAsBackgroundProcess('ping', () => ping(api, server));

    function callback(name: AskedCallback): (...args: never[]) => unknown {
      const questionOf = QUESTIONS[name] as (...args: never[]) => JsonObject;
      const failsOpen = config.fail_open[name] ?? name === 'check_event_for_spam';
      if (config.async[name] === true) {
        return (...args) => {
          void api.runAsBackgroundProcess(name, () => server.ask(name, questionOf(...args)));
          return NOT_SPAM;
        };
      }
      return async (...args) => {
        try {
          return await server.ask(name, questionOf(...args));
        } catch (error) {
          api.log.error({ error, callback: name, failsOpen }, 'the antispam server failed');
          return failsOpen ? NOT_SPAM : [Codes.UNKNOWN, { error: 'The antispam server could not be asked; try again later' }];
        }
      };
    }
  },
});

/** Goes on until the server answers as it should, so that a wrong configuration is seen in the log at once. */
async function ping(api: ModuleApi, server: AntispamServer): Promise<void> {
  const id = randomBytes(8).toString('hex');
  try {
    const { reply } = await server.post('ping', { id });
    if (reply['id'] === id && reply['status'] === 'ok') return api.log.info({ id }, 'the antispam server answers');
    api.log.error({ reply }, 'the antispam server answers a ping wrongly');
  } catch (error) {
    api.log.error({ error }, 'the antispam server cannot be reached');
  }
  api.delayedBackgroundCall(PING_PAUSE, ping, api, server);
}

function baseUrlOf(written: string): string {
  if (!URL.canParse(written) || !/^https?:$/.test(new URL(written).protocol)) {
    throw new ConfigError('must be an address with http:// or https://', ['base_url']);
  }
  return written.replace(/\/+$/, '');
}

function authorizationOf({ authorization, authorization_path: path }: AntispamConfig): string | undefined {
  if (authorization !== undefined || path === undefined) return authorization;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`cannot be read: ${(error as Error).message}`, ['authorization_path']);
  }
}
