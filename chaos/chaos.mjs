// `npm run chaos`: breaks what Kunci stands on and looks at what people would notice. docs/reliability.md tells what each
// scenario does. Only loopback is used, and only what was started here is ended.
//   npm run chaos -- R1 R6           some scenarios
//   --engine mariadb|mysql|all       the database; without it the first at hand
//   --short                          the part that does not depend on the machine's speed, as in CI
//   --table                          writes the results into docs/reliability.md
//   --json FILE                      adds a line of JSON for each scenario
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install } from '../scripts/prepare.mjs';

const PAGE = join(import.meta.dirname, '../docs/reliability.md');
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string' },
    short: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

install();
build();
// Not before: these need packages and the built application.
const { Database } = await import('./database.mjs');
const { scenarios } = await import('./scenarios.mjs');
const { runScenario } = await import('./runner.mjs');
const { appendJson, describeMachine, print, printOutcome, printSummary, writeTable } = await import('./report.mjs');

let running;
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    isInterrupted = true;
    void running?.end();
  });
}

const chosen = choose();
const outcomes = [];
print(describeMachine());
for (const database of await startDatabases()) {
  try {
    for (const scenario of chosen) {
      if (isInterrupted) break;
      const outcome = await runScenario(scenario, database, options.short, (scope) => (running = scope));
      printOutcome(outcome);
      if (options.json) appendJson(options.json, outcome);
      outcomes.push(outcome);
    }
  } finally {
    await database.destroy();
  }
}
printSummary(outcomes);
if (options.table) writeTable(PAGE, outcomes);
const isGood = !isInterrupted && outcomes.every(({ result }) => ['pass', 'not run'].includes(result));
// Connections that a scenario left half open must not keep it running.
process.exit(isGood ? 0 : 1);

function choose() {
  const ids = wanted.map((id) => id.toUpperCase());
  const known = scenarios.map(({ id }) => id.toUpperCase());
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) throw new Error(`No such scenario: ${unknown.join(', ')}. There are ${known.join(', ')}.`);
  return scenarios.filter(({ id, inShort }) =>
    ids.length > 0 ? ids.includes(id.toUpperCase()) : inShort || !options.short,
  );
}

async function startDatabases() {
  const names = { mariadb: ['mariadb'], mysql: ['mysql'] }[options.engine] ?? ['mariadb', 'mysql'];
  const databases = [];
  const reasons = [];
  for (const name of names) {
    if (databases.length > 0 && options.engine !== 'all') break;
    await Database.start(name).then(
      (database) => databases.push(database),
      (error) => reasons.push(`${name}: ${error.message}`),
    );
  }
  reasons.forEach((reason) => print(reason));
  if (databases.length === 0) throw new Error('There is no database to run on.');
  return databases;
}
