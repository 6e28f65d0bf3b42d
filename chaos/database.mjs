// The database server of a run: a private one, which may be hurt, or the one that TEST_DATABASE_URL names, which may not.
import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import { DatabaseServer } from '../test/database-server.mjs';
import { fromUrl } from '../test/engines.mjs';

/** What was acknowledged must outlive a crash. */
const OPTIONS = ['--innodb-flush-log-at-trx-commit=1'];
const USER = 'kunci';
const PASSWORD = randomBytes(12).toString('hex');

export class Database {
  /** @throws if there is none of this kind */
  static async start(name) {
    const named = await fromUrl(process.env.TEST_DATABASE_URL, name);
    if (named) return new Database(name, named.version, named.url);
    const server = await DatabaseServer.create(name, OPTIONS);
    try {
      return new Database(name, await server.start(), server.url, server);
    } catch (error) {
      await server.destroy();
      throw error;
    }
  }

  constructor(name, version, url, server) {
    Object.assign(this, { name, version, url, server });
  }

  get isOurs() {
    return this.server !== undefined;
  }

  /** A scenario may have left it dead or stopped. */
  async revive() {
    if (!this.isOurs) return;
    if (this.server.isRunning) this.server.signal('SIGCONT');
    else await this.server.start();
  }

  kill() {
    return this.server.end('SIGKILL');
  }

  /** @returns when it accepts connections */
  async restart() {
    await this.server.start();
    return performance.now();
  }

  pause() {
    this.server.signal('SIGSTOP');
  }

  resume() {
    this.server.signal('SIGCONT');
  }

  async destroy() {
    await this.server?.destroy();
  }

  /** One statement on a connection of its own, as root. @returns the rows */
  async query(statement, values, name) {
    const connection = await mysql.createConnection(name ? `${this.url}/${name}` : this.url);
    try {
      return (await connection.query(statement, values))[0];
    } finally {
      connection.destroy();
    }
  }

  /** For as long as the scenario needs one that stays open. */
  connect() {
    return mysql.createConnection(this.url);
  }

  /** An empty schema. @returns the settings by which Kunci finds it; not as root, whom `read_only` does not stop */
  async createSchema(scope, label) {
    const name = `kunci_${label.toLowerCase()}_${randomBytes(4).toString('hex')}`;
    await this.query(`CREATE DATABASE ${name}`);
    scope.defer(() => this.query(`DROP DATABASE IF EXISTS ${name}`));
    const { hostname, port, username, password } = new URL(this.url);
    const login = this.isOurs ? await this.createUser(name) : { username, password: decodeURIComponent(password) };
    return {
      DB_TYPE: this.name,
      DB_HOST: hostname,
      DB_PORT: port || '3306',
      DB_USERNAME: login.username,
      DB_PASSWORD: login.password,
      DB_NAME: name,
    };
  }

  async createUser(schema) {
    await this.query(`CREATE USER IF NOT EXISTS '${USER}'@'%' IDENTIFIED BY '${PASSWORD}'`);
    await this.query(`GRANT ALL ON ${schema}.* TO '${USER}'@'%'`);
    return { username: USER, password: PASSWORD };
  }

  /** @returns all e-mail addresses that have an account */
  async emails({ DB_NAME: schema }) {
    const rows = await this.query('SELECT email_canonical AS email FROM users', [], schema);
    return rows.map(({ email }) => email);
  }

  /** Kunci's open connections. */
  async connections({ DB_NAME: schema }) {
    const list = 'SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()';
    return (await this.query(list, [schema])).map(({ id, ID }) => id ?? ID);
  }
}
