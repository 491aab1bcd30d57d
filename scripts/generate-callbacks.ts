import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { callbacksPage } from './callbacks-page.ts';

// Run as `node build/scripts/generate-callbacks.js` after a change of the callbacks' types.
writeFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/modules/callbacks.md'), callbacksPage());
