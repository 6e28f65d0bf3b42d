// TypeORM's command line on the built `ormconfig.ts`: node scripts/typeorm.mjs migration:run
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// No `install()`: it would take the packages away under a server that runs.
build();
const [command, ...rest] = process.argv.slice(2);
const cli = join(root, 'node_modules', 'typeorm', 'cli.js');
const { status } = spawnSync(process.execPath, [cli, command, '-d', join(root, 'dist', 'ormconfig.js'), ...rest], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
