import type { Policy } from '../../src/kernel/questions.ts';
import { CALLBACKS } from '../../src/modules/callbacks.ts';

/** Modules that are asked or not, as the one who measures says: all else is the same then, down to what the compiler has made of the code. */
export class SwitchedPolicy {
  isOn = true;

  /** Stands before the modules. */
  of(modules: Policy): Policy {
    return {
      answers: (name) => this.isOn && modules.answers(name),
      loginTypes: () => modules.loginTypes(),
      ask: (name, ...rest) => (this.isOn ? modules.ask(name, ...rest) : unasked(name)),
      tell: (name, ...rest) => (this.isOn ? modules.tell(name, ...rest) : unasked(name)),
      conclude: (...args) => {
        if (this.isOn) modules.conclude(...args);
      },
    };
  }
}

const unasked = (name: keyof typeof CALLBACKS): Promise<never> => CALLBACKS[name].combination.unasked as Promise<never>;
