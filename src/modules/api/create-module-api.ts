import type { Registrar } from '../registrar.ts';
import type { Background } from './background.ts';
import type { ModuleApi } from './module-api.ts';
import type { SurroundingsApi } from './surroundings.ts';

export interface ApiParts {
  readonly surroundings: SurroundingsApi;
  readonly registrar: Registrar;
  readonly background: Background;
}

/** Puts together what one module is given. Its methods may be taken off it: they need no `this`. */
export function createModuleApi({ surroundings, registrar, background }: ApiParts): ModuleApi {
  return Object.freeze({
    ...surroundings,
    ...bound(
      registrar,
      'registerSpamCheckerCallbacks',
      'registerAccountValidityCallbacks',
      'registerThirdPartyRulesCallbacks',
      'registerPresenceRouterCallbacks',
      'registerWebResource',
    ),
    ...bound(background, 'sleep', 'runAsBackgroundProcess', 'loopingBackgroundCall', 'delayedBackgroundCall'),
  });
}

/** Some methods of an object, bound to it. */
function bound<T extends object, K extends keyof T>(object: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, (object[name] as CallableFunction).bind(object)])) as Pick<T, K>;
}
