import type { ModuleApi } from '../../src/modules/public.ts';

/** A module class that registers what it is given. */
export const moduleWith = (register: (api: ModuleApi) => void): object =>
  class TestModule {
    constructor(_config: unknown, api: ModuleApi) {
      register(api);
    }
  };
