import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { type Command, InvalidArgumentError } from 'commander';
import { readSettingsFacts } from '../config/settings-facts.js';
import {
  concurrenciesFor,
  LONGEST_QUEUE_MS,
  proposeConcurrency,
  proposeCost,
  shareOf,
} from '../passwords/calibration.js';
import { type CostTime, type HashRate, measureCosts, measureRate } from '../passwords/hash-speed.js';

const COSTS = [10, 11, 12, 13, 14];
const COSTS_BUDGET_MS = 5_000;
const RATES_BUDGET_MS = 5_000;

/** Run by `calibrate` itself, in a process whose thread pool is large enough. */
const RATES_COMMAND = 'calibrate:rates';

interface Calibration {
  readonly cores: number;
  readonly processes: number;
  readonly targetMs: number;
  readonly times: readonly CostTime[];
  readonly rates: readonly HashRate[];
  readonly bcryptCost: number;
  /** Of one process. */
  readonly hashConcurrency: number;
  /** Of all processes together. */
  readonly loginsPerSecond: number;
}

export function addCalibrateCommand(program: Command): void {
  program
    .command('calibrate')
    .description('measure how fast this machine hashes, and propose BCRYPT_COST and HASH_CONCURRENCY; about 15 s')
    .option('--target-ms <milliseconds>', 'how long one hash may take', positiveNumber, 250)
    .option('--json', 'for machines')
    .action(async ({ targetMs, json = false }: { targetMs: number; json?: boolean }) => {
      if (!json)
        process.stderr.write('Measuring, about 15 seconds. Other programs that run now count as part of it.\n\n');
      const calibration = await calibrate(targetMs);
      process.stdout.write(`${json ? JSON.stringify(calibration, undefined, 2) : report(calibration)}\n`);
    });
  program
    .command(RATES_COMMAND, { hidden: true })
    .argument('<cost>', '', positiveNumber)
    .argument('<cores>', '', positiveNumber)
    .action(async (cost: number, cores: number) => {
      const concurrencies = concurrenciesFor(cores);
      const rates: HashRate[] = [];
      for (const concurrency of concurrencies) {
        rates.push(await measureRate(cost, concurrency, RATES_BUDGET_MS / concurrencies.length));
      }
      process.stdout.write(JSON.stringify(rates));
    });
}

function positiveNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new InvalidArgumentError('It must be a whole number over 0.');
  return number;
}

async function calibrate(targetMs: number): Promise<Calibration> {
  const cores = availableParallelism();
  const processes = readSettingsFacts().settings?.workers ?? 1;
  const times = await measureCosts(COSTS, COSTS_BUDGET_MS);
  const bcryptCost = proposeCost(times, targetMs);
  const rates = await ratesOf(bcryptCost, cores);
  const { concurrency, perSecond } = proposeConcurrency(rates);
  return {
    cores,
    processes,
    targetMs,
    times,
    rates,
    bcryptCost,
    hashConcurrency: shareOf(concurrency, processes),
    loginsPerSecond: perSecond,
  };
}

/** In a process of its own: bcrypt works on the threads of libuv's pool, whose size is read when a process starts. */
async function ratesOf(cost: number, cores: number): Promise<HashRate[]> {
  const [, script = ''] = process.argv;
  const args = [script, RATES_COMMAND, String(cost), String(cores)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { UV_THREADPOOL_SIZE: String(cores + 1) },
  });
  return JSON.parse(stdout) as HashRate[];
}

function report(calibration: Calibration): string {
  const { cores, processes, times, rates, bcryptCost, loginsPerSecond, targetMs } = calibration;
  const chosen = times.find(({ cost }) => cost === bcryptCost);
  return [
    'One hash alone:',
    ...times.map(
      ({ cost, milliseconds, isReckoned }) =>
        `  cost ${cost}  ${milliseconds.toFixed(0).padStart(6)} ms${isReckoned ? '  (reckoned)' : ''}`,
    ),
    '',
    `Several at once at cost ${bcryptCost}, on ${cores} cores:`,
    ...rates.map(
      ({ concurrency, perSecond }) =>
        `  ${String(concurrency).padStart(3)} at once  ${perSecond.toFixed(1).padStart(6)} a second`,
    ),
    '',
    `${loginsPerSecond.toFixed(1)} logins a second at most, each of which takes ${chosen?.milliseconds.toFixed(0)} ms of a core.`,
    `Of those that come at once, about ${Math.floor((loginsPerSecond * LONGEST_QUEUE_MS) / 1000)} get in line; the others are asked to come again (503).`,
    ...(chosen && chosen.milliseconds > targetMs ? [slowness(bcryptCost, targetMs)] : []),
    '',
    `For .env${processes > 1 ? `, with ${processes} processes` : ''}:`,
    ...envLines(calibration),
  ].join('\n');
}

function slowness(cost: number, targetMs: number): string {
  if (cost >= 12)
    return `That is more than ${targetMs} ms, but less than 12 is not proposed where 12 can be done in a second.`;
  return 'Warning: cost 12 takes over a second here. 10 is the least that OWASP accepts: a quicker machine is better.';
}

function envLines({ bcryptCost, hashConcurrency }: Calibration): string[] {
  const lines = [`BCRYPT_COST=${bcryptCost}`, `HASH_CONCURRENCY=${hashConcurrency}`];
  // The pool of 4 that Node makes must keep a thread for files and DNS.
  if (hashConcurrency < 4) return lines;
  return [
    ...lines,
    `# In the environment, not in .env, unless npm start runs it: UV_THREADPOOL_SIZE=${hashConcurrency + 4}`,
  ];
}
