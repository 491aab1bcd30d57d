import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, type BootOptions, type TestServer } from '../../src/testing/index.ts';

/** Starts a server whose first module, `hands`, hands its API over. */
export async function withApi({ modules = [], ...options }: BootOptions = {}): Promise<{ server: TestServer; api: ModuleApi }> {
  let api: ModuleApi | undefined;
  class Hands {
    constructor(_config: unknown, given: ModuleApi) {
      api = given;
    }
  }
  const server = await boot({ ...options, modules: [{ module: Hands, name: 'hands' }, ...modules] });
  if (api === undefined) throw new Error('the module was not constructed');
  return { server, api };
}

/** What somebody was refused with; undefined when they were not. */
export const refusal = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );
