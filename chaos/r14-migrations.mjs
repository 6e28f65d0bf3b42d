import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none } from './checks.mjs';
import { TcpProxy } from './tcp-proxy.mjs';

const PROCESSES = 4;
const HEALTHY_MS = 15_000;
/** On a machine that is shared only the end counts. */
const HEALTHY_SHORT_MS = 60_000;
/** How many tables there are when the process is killed, beside that of the migrations. */
const KILLED_AT_TABLES = [1, 2];
/** For each statement of the one that is killed: so that the kill falls within the migrations on any machine. */
const DELAY_MS = 50;

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
    for (const tables of KILLED_AT_TABLES) {
      const settings = await schema();
      const done = await killWhileMigrating(context, settings, tables);
      checks.push(atMost(`killed at ${tables} tables: migrations done by then`, done, migrations.length - 1));
      checks.push(...(await judge(`killed at ${tables} tables`, settings)));
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

/** @returns how many migrations were done when it was killed; NaN if it ended before */
async function killWhileMigrating({ database, kunci, scope }, settings, tables) {
  const proxy = await TcpProxy.start(scope, Number(settings.DB_PORT));
  proxy.be({ delayMs: DELAY_MS });
  const one = await kunci({ ...settings, DB_PORT: String(proxy.port) }).start();
  const connection = await database.connect();
  scope.defer(() => connection.destroy());
  const count = async (from) => Number((await connection.query(`SELECT COUNT(*) AS count FROM ${from}`))[0][0].count);
  const made = `information_schema.tables WHERE table_schema = '${settings.DB_NAME}' AND table_name <> 'migrations'`;
  while (one.isRunning && (await count(made)) < tables) await sleep(1);
  if (!one.isRunning) return NaN;
  await one.kill('SIGKILL');
  // What the server had been given before, it may still carry out.
  while ((await database.connections(settings)).length > 0) await sleep(10);
  return count(`${settings.DB_NAME}.migrations`);
}
