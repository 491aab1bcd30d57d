import type { CallbackName } from '../kernel/questions.ts';
import type { Log } from '../kernel/log.ts';
import { BACKGROUND_UPDATES } from './callbacks/background-updates.ts';
import type { RegisteredCallback } from './manager.ts';

interface Registering {
  readonly name: string;
  readonly registrations: { readonly callbacks: readonly RegisteredCallback[] };
}

const controls = ({ name }: { readonly name: CallbackName }): boolean => Object.hasOwn(BACKGROUND_UPDATES, name);

/** The callbacks of all modules; of those that control background work, only the first module's. Whoever else has them is told so. */
export function withOneController(modules: readonly Registering[], log: Log): readonly RegisteredCallback[] {
  const [controller, ...others] = modules.filter(({ registrations }) => registrations.callbacks.some(controls));
  for (const { name } of others) {
    log.warn({ module: name, controller: controller?.name }, `${name} is not asked about background work: ${controller?.name} comes first`);
  }
  return modules.flatMap((module) => module.registrations.callbacks.filter((callback) => module === controller || !controls(callback)));
}
