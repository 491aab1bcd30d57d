import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderConfig } from '../src/config/render.ts';

// Run as `node build/scripts/generate-config-example.js` after a change of the configuration's keys.
writeFileSync(join(resolve(import.meta.dirname, '../..'), 'config.example.yaml'), renderConfig());
