// `npm run check`: all that CI asks of a change, in the order in which it fails soonest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install } from './prepare.mjs';

const bin = (name) => join('node_modules', '.bin', name);
const steps = [
  ['formatting', bin('prettier'), ['--check', '.', '--log-level=warn']],
  ['lint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['types', bin('tsc'), ['--noEmit']],
  ['import rules', bin('depcruise'), ['src', '--config', '.dependency-cruiser.cjs']],
  ['tests', process.execPath, ['test/run.mjs']],
];

install();
for (const [name, command, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const env = { COVERAGE: '1', ...process.env };
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (error || status !== 0) {
    process.stdout.write(`\n${name}: FAILED\n`);
    process.exit(1);
  }
}
