import { moduleAtWork, type ModuleAtWork } from '../../kernel/place-of-work.ts';
import { noticeTimers, noticeWatchedFiles } from './builtins.ts';
import { noticeHandles, noticeListeners } from './instruments.ts';
import { placeOfOpening } from './places.ts';

/** Something that a module has opened. */
interface Opened {
  readonly what: string;
  /** Has the stack, which is written down only where it is asked for. */
  readonly at: Error;
  readonly isOpen: () => boolean;
}

/** What one module has opened. */
interface Noted {
  opened: Opened[];
  /** What was closed is forgotten when there are so many; then there may be twice as many as are left. */
  limit: number;
}
const FEW = 64;

/** Notes what modules open as long as one of them is watched. One for the whole process, as what it looks at is. */
class OpenedByModules {
  readonly #noted = new Map<ModuleAtWork, Noted>();
  #end: (() => void) | undefined;

  watch(module: ModuleAtWork): void {
    this.#noted.set(module, { opened: [], limit: FEW });
    this.#end ??= this.#notice();
  }

  /** What a module has opened and not closed, in words: `a timer (at …/my-policy.js:12:5)`. */
  leftOpenBy(module: ModuleAtWork): readonly string[] {
    return open(this.#noted.get(module)?.opened ?? []).map(({ what, at }) => {
      const place = placeOfOpening(at.stack ?? '');
      return place === undefined ? what : `${what} (at ${place})`;
    });
  }

  forget(module: ModuleAtWork): void {
    this.#noted.delete(module);
    if (this.#noted.size > 0) return;
    this.#end?.();
    this.#end = undefined;
  }

  #notice(): () => void {
    const note = (what: string, isOpen: () => boolean): void => this.#note(what, isOpen);
    const ends = [noticeTimers(note), noticeWatchedFiles(note), noticeListeners(note), noticeHandles(note)];
    return () => ends.forEach((end) => end());
  }

  #note(what: string, isOpen: () => boolean): void {
    const module = moduleAtWork();
    const noted = module && this.#noted.get(module);
    if (noted === undefined) return;
    noted.opened.push({ what, at: new Error(what), isOpen });
    if (noted.opened.length < noted.limit) return;
    noted.opened = open(noted.opened);
    noted.limit = Math.max(FEW, 2 * noted.opened.length);
  }
}

const open = (all: readonly Opened[]): Opened[] => all.filter(({ isOpen }) => isOpen());

export const openedByModules = new OpenedByModules();
