// What the unit tests, the end-to-end suite on every engine and the processes that it starts reach of `src`, together.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import libCoverage from 'istanbul-lib-coverage';

const MIN_LINES_PERCENT = 90;
const LEAST_COVERED = 10;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'coverage');
/** Where Node writes what a built process ran. */
export const PROCESS_COVERAGE = join(folder, 'processes');
const folders = [];

rmSync(folder, { recursive: true, force: true });

/** @returns a folder for one `coverage-final.json` */
export function newCoverageFolder() {
  folders.push(join(folder, String(folders.length)));
  return folders.at(-1);
}

/** What the processes of an end-to-end run did, by the source maps of `dist`. Their own files are many: they go. */
export function readProcessCoverage() {
  const path = newCoverageFolder();
  const options = ['--temp-directory', PROCESS_COVERAGE, '--reports-dir', path, '--reporter', 'json', '--merge-async'];
  // Chosen before the source maps are read: those of packages lead to a `src` too.
  const files = ['--include', 'dist/**', '--exclude', 'node_modules/**'];
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'c8', 'bin', 'c8.js'), 'report', ...options, ...files],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error('c8 could not read what the processes ran');
  rmSync(PROCESS_COVERAGE, { recursive: true, force: true });
}

/** @returns one line for people, and whether enough is reached */
export function reportCoverage() {
  const map = libCoverage.createCoverageMap();
  for (const path of folders) map.merge(JSON.parse(readFileSync(join(path, 'coverage-final.json'), 'utf8')));
  const foreign = map.files().filter((file) => !existsSync(file));
  if (foreign.length > 0) throw new Error(`measured, but no file of this project: ${foreign.slice(0, 3).join(', ')}`);
  const files = map.files().map((file) => ({ file, lines: map.fileCoverageFor(file).toSummary().lines }));
  files.sort((a, b) => missed(b) - missed(a));
  for (const file of files.slice(0, LEAST_COVERED))
    process.stdout.write(`${relative(root, file.file)}: ${missed(file)} of ${file.lines.total} lines not reached\n`);
  const { pct } = map.getCoverageSummary().lines;
  return {
    isEnough: pct >= MIN_LINES_PERCENT,
    summary: `coverage: ${pct} % of the lines, at least ${MIN_LINES_PERCENT} % are wanted`,
  };
}

const missed = ({ lines }) => lines.total - lines.covered;
