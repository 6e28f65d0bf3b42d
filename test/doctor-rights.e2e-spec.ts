import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { kidOf } from './support/cli.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { diagnose } from './support/doctor.js';

const onServer = () => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  let name: string;
  const user = `kunci_${randomBytes(6).toString('hex')}`;
  const PASSWORD = 'tr0ub4dor-and-3';
  beforeAll(async () => {
    database = await createDatabase();
    name = database.settings.DB_NAME ?? '';
    settings = { ...database.settings, SECRET_KEY: randomBytes(48).toString('base64'), MAX_CONNECTIONS: '100' };
    await run(`CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`);
    await run(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name}.* TO '${user}'@'%'`);
  });
  afterAll(async () => {
    await run(`DROP USER '${user}'@'%'`);
    await database.drop();
  });

  async function run(sql: string): Promise<void> {
    const connection = await createConnection(process.env.TEST_SERVER_URL ?? '');
    await connection.query(sql).finally(() => connection.end());
  }

  const look = (changes: object = {}) =>
    diagnose({ ...settings, DB_USERNAME: user, DB_PASSWORD: PASSWORD, ...changes });

  it('are too few for the migrations of an empty database until what is printed is run', async () => {
    const { exitCode, levels, of } = await look();
    expect([levels.rights, levels['migration-rights'], exitCode]).toEqual(['ok', 'fault', 1]);
    const grant = `GRANT CREATE, ALTER, DROP, INDEX, REFERENCES ON \`${name}\`.* TO '${user}'@'%';`;
    expect(of('migration-rights')?.advice).toBe(grant);
    expect((await look({ DB_MIGRATE: 'off' })).levels['migration-rights']).toBe('ok');
    await run(grant);
    expect(await look()).toMatchObject({ exitCode: 0, levels: { 'migration-rights': 'ok' } });
    await run(`REVOKE CREATE, ALTER, DROP, INDEX, REFERENCES ON ${name}.* FROM '${user}'@'%'`);
  });

  it('are too few without DELETE, and may be enough with a role', async () => {
    await kidOf(settings, 'keys:create', '--alg', 'ES256');
    await run(`REVOKE DELETE ON ${name}.* FROM '${user}'@'%'`);
    const { exitCode, levels, of } = await look();
    expect([levels['migration-rights'], exitCode]).toEqual(['ok', 1]);
    const grant = `GRANT DELETE ON \`${name}\`.* TO '${user}'@'%';`;
    expect(of('rights')).toMatchObject({ level: 'fault', advice: grant });
    await run(`CREATE ROLE '${user}_role'`);
    await run(`GRANT '${user}_role' TO '${user}'@'%'`);
    expect((await look()).levels.rights).toBe('warning');
    await run(`DROP ROLE '${user}_role'`);
    expect((await look()).levels.rights).toBe('fault');
    await run(grant);
    expect(await look()).toMatchObject({ exitCode: 0, levels: { rights: 'ok' } });
  });
};

const onFile = () => {
  it('are not told of: a file has no users', async () => {
    const database = await createDatabase();
    const settings = { ...database.settings, SECRET_KEY: randomBytes(48).toString('base64') };
    await kidOf(settings, 'keys:create', '--alg', 'ES256');
    const { levels } = await diagnose(settings);
    await database.drop();
    expect(levels).toHaveProperty('schema');
    expect(levels).not.toHaveProperty('rights');
    expect(levels).not.toHaveProperty('migration-rights');
  });
};

describe(
  `what kunci doctor says of the rights of the database user (${ENGINE})`,
  ENGINE === 'sqlite' ? onFile : onServer,
);
