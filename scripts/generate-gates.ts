import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gatesPage } from './gates-page.ts';

// Run as `node build/scripts/generate-gates.js` after a change of the Contract or of the endpoints.
writeFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/generated/gates.md'), gatesPage());
