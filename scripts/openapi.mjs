// Writes openapi.json anew from the application's own decorators: npm run openapi
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, install } from './prepare.mjs';

install();
build();
const { createApp } = await import('../dist/app.setup.js');
const { readSettings } = await import('../dist/config/env.js');
const { createOpenApi } = await import('../dist/http/openapi.js');

const folder = mkdtempSync(join(tmpdir(), 'kunci-openapi-'));
const app = await createApp(readSettings({ DB_PATH: join(folder, 'kunci.db'), LOG_LEVEL: 'error' }));
await app.init();
const target = join(dirname(dirname(fileURLToPath(import.meta.url))), 'openapi.json');
writeFileSync(target, `${JSON.stringify(createOpenApi(app), null, 2)}\n`);
await app.close();
rmSync(folder, { recursive: true, force: true });
