// `npm test`: the unit tests once, then the end-to-end suite through the real application on every engine at hand.
// TEST_REQUIRE=sqlite,mariadb,mysql,chromium,python,nginx,openssl,redis turns a missing one into a failure. COVERAGE=1
// measures what they reach (on two engines, the processes on one: the others would double the time and add nothing), and
// fails below test/coverage.mjs's bound. Arguments go on to Jest.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, install } from '../scripts/prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
install();
build();
const { startEngines } = await import('./engines.mjs');
const { newCoverageFolder, PROCESS_COVERAGE, readProcessCoverage, reportCoverage } = await import('./coverage.mjs');
const { findChromium } = await import('./chromium.mjs');
const { findNginx, findPython, findRedis, hasOpenssl } = await import('./tools.mjs');

/** Many a suite waits most of its time, for a clock, a process or a browser: two of them share two cores well. */
const WORKERS = Math.max(2, availableParallelism() - 1);

const required = (process.env.TEST_REQUIRE ?? '').split(',').filter(Boolean);
const report = [];
let failed = false;

/** @param measured `tests`, or `all` with the processes that they start */
function jest(label, project, environment, measured = '') {
  process.stdout.write(`\n== ${label}\n`);
  const args = [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    `--maxWorkers=${WORKERS}`,
  ];
  const isMeasured = process.env.COVERAGE && measured !== '';
  const withProcesses = isMeasured && measured === 'all';
  const coverage = isMeasured ? ['--coverage', `--coverageDirectory=${newCoverageFolder()}`] : [];
  const { status } = spawnSync(
    process.execPath,
    [...args, ...process.argv.slice(2), ...coverage, '--selectProjects', project],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment, ...(withProcesses && { PROCESS_COVERAGE }) },
    },
  );
  if (withProcesses) readProcessCoverage();
  failed ||= status !== 0;
  report.push(`${label}: ${status === 0 ? 'passed' : 'FAILED'}`);
}

function miss(name, why) {
  const isRequired = required.includes(name);
  failed ||= isRequired;
  report.push(`${name}: did not run${isRequired ? ', but is required' : ''} (${why})`);
}

jest('unit', 'unit', {}, 'tests');
const chromium = findChromium();
const python = findPython();
const nginx = findNginx();
const redis = findRedis();
const { running, missing } = await startEngines();
try {
  for (const { name, version, url = '' } of running) {
    const tools = {
      TEST_CHROMIUM: chromium ?? '',
      TEST_PYTHON: python ?? '',
      TEST_NGINX: nginx ?? '',
      TEST_REDIS: redis ?? '',
    };
    const environment = { TEST_ENGINE: name, TEST_SERVER_URL: url, ...tools };
    const isFirstServer = name === (running.find((engine) => engine.url) ?? running[0]).name;
    const measured = isFirstServer ? 'all' : name === 'sqlite' ? 'tests' : '';
    jest(`e2e on ${name} (${version})`, 'e2e', environment, measured);
    if (chromium) jest(`browser on ${name}`, 'browser', environment);
  }
} finally {
  await Promise.all(running.map((engine) => engine.stop()));
}
if (process.env.COVERAGE) {
  const { isEnough, summary } = reportCoverage();
  failed ||= !isEnough;
  report.push(summary);
}
for (const { name, why } of missing) miss(name, why);
if (!chromium) miss('chromium', 'no chromium on the PATH and CHROMIUM does not name one');
if (!python) miss('python', 'no python3 with flask, jwt and cryptography, and PYTHON does not name one');
if (!nginx) miss('nginx', 'no nginx with auth_request, and NGINX does not name one');
if (!hasOpenssl()) miss('openssl', 'no openssl on the PATH, for the pages behind TLS');
if (!redis) miss('redis', 'no redis-server on the PATH and REDIS_SERVER does not name one');
process.stdout.write(`\n${report.join('\n')}\n`);
process.exitCode = failed ? 1 : 0;
