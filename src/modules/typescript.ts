/*
 * `node --import plexus/typescript`: whatever is TypeScript can be run and imported from then on, and `plexus/module` and `plexus/testing` are
 * this installation's.
 */
import { installHooks } from './loading/install-hooks.ts';

installHooks();
