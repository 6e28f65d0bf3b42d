// Makes a checkout ready to run: installs what the lock file names if that has not been done, builds what is older than
// its source. Plain Node, because nothing is installed yet when it starts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** npm writes it at the end of an install. */
const installed = join(root, 'node_modules', '.package-lock.json');

/** Installs unless that was done after the lock file last changed. */
export function install() {
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write('Installing packages (once, about a minute) ...\n');
  // Development packages too: building needs the compiler, whatever NODE_ENV says.
  run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Compiles `src/` and `ormconfig.ts` to `dist/` unless every source is older than the last build. */
export function build() {
  const sources = ['src', 'ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const built = join(root, 'dist', '.built');
  if (!existsSync(join(root, 'src'))) return;
  if (existsSync(built) && Math.max(...sources.map((path) => newest(join(root, path)))) < statSync(built).mtimeMs)
    return;
  process.stderr.write('Building ...\n');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  run(process.execPath, [tsc, '-p', 'tsconfig.ormconfig.json']);
  writeFileSync(built, '');
}

function newest(path) {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  build();
}
