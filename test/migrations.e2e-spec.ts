import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/env.js';
import { dataSourceOptions } from '../src/database/data-source-options.js';
import { migrations } from '../src/database/migrations/index.js';
import { Api, PASSWORD } from './support/api.js';
import { startApp, type TestApp, testSettings } from './support/app.js';
import { createDatabase, ENGINE } from './support/database.js';
import { KunciProcess } from './support/process.js';

describe(`schema (${ENGINE})`, () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
    await test.api.person();
  });
  afterAll(() => test.stop());

  it('has the schema that the entities describe: TypeORM finds no difference', async () => {
    const { upQueries } = await test.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('finds a difference where there is one, so that the test above means something', async () => {
    const [column = { length: '' }] = test.dataSource
      .getMetadata('User')
      .columns.filter(({ propertyName }) => propertyName === 'name');
    const before = column.length;
    column.length = '99';
    try {
      expect((await test.dataSource.driver.createSchemaBuilder().log()).upQueries).not.toEqual([]);
    } finally {
      column.length = before;
    }
  });

  it('goes back and forth through every migration', async () => {
    const database = await createDatabase();
    const settings = readSettings(testSettings(database));
    const dataSource = await new DataSource(dataSourceOptions(settings.database)).initialize();
    try {
      for (let round = 0; round < 2; round++) {
        let undone = 0;
        expect(await dataSource.runMigrations()).toHaveLength(migrations.length);
        while (dataSource.migrations.length > undone++) await dataSource.undoLastMigration();
        const runner = dataSource.createQueryRunner();
        expect(await runner.hasTable('users')).toBe(false);
        await runner.release();
      }
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });

  it('lets four processes start at once on an empty database, and applies each migration once', async () => {
    const database = await createDatabase();
    const processes = Array.from({ length: 4 }, () => new KunciProcess(testSettings(database)));
    const dataSource = new DataSource(dataSourceOptions(readSettings(testSettings(database)).database));
    try {
      const urls = await Promise.all(processes.map((process) => process.url()));
      const apis = urls.map((url) => new Api(url));
      const ana = await apis[0]!.signedIn();
      for (const api of apis) expect((await api.userInfo(ana.token)).status).toBe(200);
      await dataSource.initialize();
      const applied = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
      expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    } finally {
      await dataSource.destroy();
      expect(await Promise.all(processes.map((process) => process.stop()))).toEqual([0, 0, 0, 0]);
      await database.drop();
    }
  });

  it('is finished by the others when the one that migrates is killed in the middle', async () => {
    const database = await createDatabase();
    const settings = testSettings(database);
    const options = dataSourceOptions(readSettings(settings).database);
    const dataSource = await new DataSource({ ...options, migrations: migrations.slice(0, 1) }).initialize();
    const processes: KunciProcess[] = [];
    const start = () => processes[processes.push(new KunciProcess(settings)) - 1]!;
    try {
      await dataSource.runMigrations();
      // The second migration changes a table that is held here: whoever runs it stands still in its middle.
      const holder = dataSource.createQueryRunner();
      await holder.query(ENGINE === 'sqlite' ? 'BEGIN IMMEDIATE' : 'LOCK TABLES users WRITE');
      const first = start();
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      const others = [start(), start(), start()];
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await first.stop('SIGKILL')).toBe(null);
      await holder.query(ENGINE === 'sqlite' ? 'COMMIT' : 'UNLOCK TABLES');
      await holder.release();
      const urls = await Promise.all([...others, start()].map((kunci) => kunci.url()));
      for (const url of urls) expect((await new Api(url).send('GET', '/health/ready')).status).toBe(200);
      const applied = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
      expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    } finally {
      await Promise.all(processes.map((kunci) => kunci.stop()));
      await dataSource.destroy();
      await database.drop();
    }
  });

  it.each(migrations.map(({ name }, index) => [name, index] as const))(
    'can be run again when %s was killed before it was noted',
    async (_name, index) => {
      const database = await createDatabase();
      const options = dataSourceOptions(readSettings(testSettings(database)).database);
      const dataSource = await new DataSource({ ...options, migrations: migrations.slice(0, index + 1) }).initialize();
      await dataSource.runMigrations();
      await dataSource.query('DELETE FROM migrations WHERE name = ?', [migrations[index]?.name]);
      await dataSource.destroy();
      const again = await new DataSource(options).initialize();
      try {
        expect(await again.runMigrations()).toHaveLength(migrations.length - index);
      } finally {
        await again.destroy();
        await database.drop();
      }
    },
  );

  it('is left alone with DB_MIGRATE=off, and the server says what to do', async () => {
    const database = await createDatabase();
    const kunci = new KunciProcess(testSettings(database, { DB_MIGRATE: 'off', LOG_LEVEL: 'error' }));
    const dataSource = new DataSource(dataSourceOptions(readSettings(testSettings(database)).database));
    try {
      if (ENGINE === 'sqlite') {
        expect(await kunci.exitCode()).toBe(1);
      } else {
        // Somebody may be about to migrate from elsewhere.
        expect((await fetch(`${await kunci.url()}/health/ready`)).status).toBe(503);
        expect(await kunci.stop()).toBe(0);
      }
      expect(kunci.stderr + kunci.stdout).toMatch(
        /tables are missing.* Run `npm run migration:run`, or set DB_MIGRATE=on\./,
      );
      await dataSource.initialize();
      const runner = dataSource.createQueryRunner();
      expect(await runner.hasTable('users')).toBe(false);
      await runner.release();
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
      await kunci.stop();
      await database.drop();
    }
  });

  it('takes the users of the first version along', async () => {
    const database = await createDatabase();
    const settings = readSettings(testSettings(database));
    const before = { ...dataSourceOptions(settings.database), migrations: migrations.slice(0, 1) };
    const dataSource = await new DataSource(before).initialize();
    await dataSource.runMigrations();
    const [user] = await test.dataSource.query<Record<string, string>[]>('SELECT * FROM users LIMIT 1');
    const { name, email, email_canonical, password_hash } = user ?? {};
    await dataSource.query('INSERT INTO users (name, email, email_canonical, password_hash) VALUES (?, ?, ?, ?)', [
      name,
      email,
      email_canonical,
      password_hash,
    ]);
    await dataSource.destroy();
    const kunci = new KunciProcess(testSettings(database));
    try {
      const answer = await new Api(await kunci.url()).login(email, PASSWORD);
      expect(answer.status).toBe(200);
    } finally {
      await kunci.stop();
      await database.drop();
    }
  });
});
