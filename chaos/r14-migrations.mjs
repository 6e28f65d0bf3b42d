import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none, note } from './checks.mjs';

const PROCESSES = 4;
const HEALTHY_MS = 15_000;
/** On a machine that is shared only the end counts. */
const HEALTHY_SHORT_MS = 60_000;
/** How many migrations are done when the process is killed. */
const KILLED_AFTER = [0, 1];

export const r14 = {
  id: 'R14',
  title: 'Four processes bring the tables up to date at once: from nothing, from the first release, after a kill',
  inShort: true,
  async run(context) {
    const { database, schema } = context;
    const { migrations } = await import('../dist/database/migrations/index.js');
    const golden = await schema();
    const one = await context.kunci(golden).start();
    await one.ready();
    const expected = await describe(database, golden);
    const judge = async (name, settings) => {
      const healthyMs = await startAll(context, settings);
      const found = await describe(database, settings);
      return [
        atMost(`${name}: all healthy`, healthyMs, context.isShort ? HEALTHY_SHORT_MS : HEALTHY_MS, 'ms'),
        exactly(`${name}: migrations`, found.migrations, migrations.length),
        none(
          `${name}: tables that differ`,
          found.tables.filter((table, i) => table !== expected.tables[i]).map(nameOf),
        ),
        exactly(`${name}: tables`, found.tables.length, expected.tables.length),
      ];
    };
    const checks = await judge('from nothing', await schema());
    checks.push(...(await judge('from the first release', await firstRelease(context, migrations.length))));
    for (const done of KILLED_AFTER) {
      const settings = await schema();
      const was = await killWhileMigrating(context, settings, done);
      checks.push(note(`killed with ${done} migrations done or begun: tables then`, was));
      checks.push(...(await judge(`killed after ${done}`, settings)));
    }
    return checks;
  },
};

/** @returns the milliseconds until all are ready; NaN if one ended */
async function startAll({ kunci }, settings) {
  const startedAt = performance.now();
  const all = Array.from({ length: PROCESSES }, () => kunci(settings));
  await Promise.all(all.map((one) => one.start()));
  const ready = await Promise.allSettled(all.map((one) => one.ready('/health/ready', HEALTHY_SHORT_MS)));
  const times = ready.map(({ value = NaN }) => value - startedAt);
  await Promise.all(all.map((one) => one.kill('SIGTERM')));
  return Math.max(...times);
}

/** What the migrations made, one text for each table; of the list of migrations only how long it is. */
async function describe(database, { DB_NAME: schema }) {
  const rows = await database.query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?', [
    schema,
  ]);
  const tables = [];
  for (const name of rows.map((row) => row.name).sort()) {
    const [row] = await database.query(`SHOW CREATE TABLE ${schema}.${name}`);
    tables.push(row['Create Table'].replace(/ AUTO_INCREMENT=\d+/, ''));
  }
  const [{ count }] = await database.query(`SELECT COUNT(*) AS count FROM ${schema}.migrations`);
  return { tables, migrations: Number(count) };
}

function nameOf(table) {
  return /`(\w+)`/.exec(table)?.[1];
}

/** All migrations but the first one taken back. */
async function firstRelease({ schema, kunci }, count) {
  const settings = await schema();
  const one = await kunci(settings).start();
  await one.ready();
  await one.kill('SIGTERM');
  const { DataSource } = await import('typeorm');
  const { dataSourceOptions } = await import('../dist/database/data-source-options.js');
  const { readSettings } = await import('../dist/config/env.js');
  const { secretKey } = await import('./kunci.mjs');
  const dataSource = new DataSource(dataSourceOptions(readSettings({ ...settings, SECRET_KEY: secretKey }).database));
  await dataSource.initialize();
  for (let i = 1; i < count; i++) await dataSource.undoLastMigration();
  await dataSource.destroy();
  return settings;
}

/** @returns how many tables there were when it was killed */
async function killWhileMigrating({ database, kunci, scope }, { ...settings }, done) {
  const one = await kunci(settings).start();
  const connection = await database.connect();
  scope.defer(() => connection.destroy());
  const count = async () => {
    const [[row]] = await connection.query(
      "SELECT COUNT(*) AS count FROM information_schema.tables WHERE table_schema = ? AND table_name <> 'migrations'",
      [settings.DB_NAME],
    );
    return Number(row.count);
  };
  while (one.isRunning && (await count()) <= done) await sleep(1);
  await one.kill('SIGKILL');
  return count();
}
