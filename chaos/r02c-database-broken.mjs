import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, none } from './checks.mjs';
import { Crowd } from './clients.mjs';
import { TcpProxy } from './tcp-proxy.mjs';

/** A login waits half a second for the count of its failures, goes on without it, and then two for its session. */
const ANSWER_MS = 3_000;
const FAULT_MS = 4_000;
const RECOVERY_MS = 3_000;
const COUNTS = { register: 4, login: 4, userInfo: 8 };

const LINE_FAULTS = {
  'cut after 2000 bytes': { cutAfterBytes: 2_000 },
  'reset in the middle of an answer': { cutAfterBytes: 1_500, isReset: true },
  'every second connection refused': { refusesEverySecond: true, cutAfterBytes: 4_000 },
};

/** How the database can refuse to write, and how to end it. The connection stays open in between. */
const WRITE_FAULTS = {
  'tables locked for reading': ['FLUSH TABLES WITH READ LOCK', 'UNLOCK TABLES'],
  read_only: ['SET GLOBAL read_only = 1', 'SET GLOBAL read_only = 0'],
};

export const r02c = {
  id: 'R2c',
  title: 'The line to the database breaks in several ways; the database reads but does not write',
  hurtsDatabase: true,
  async run({ scope, database, service }) {
    const proxy = await TcpProxy.start(scope, database.server.port);
    const { kunci, settings } = await service({ DB_PORT: String(proxy.port), DB_DEADLINE: '2s' });
    const accounts = new Crowd(scope, kunci.url);
    await accounts.prepare();
    const phase = async (name, begin, end) => {
      const crowd = new Crowd(scope, kunci.url);
      crowd.accounts = accounts.accounts;
      crowd.start(COUNTS);
      await begin();
      await sleep(FAULT_MS);
      await end();
      await crowd.stop();
      await sleep(RECOVERY_MS);
      accounts.acked.push(...crowd.acked);
      return { crowd, checks: crowd.faults().map((check) => ({ ...check, name: `${name}: ${check.name}` })) };
    };
    const checks = [];
    for (const [name, faults] of Object.entries(LINE_FAULTS)) {
      checks.push(
        ...(
          await phase(
            name,
            () => proxy.be(faults),
            () => proxy.be(),
          )
        ).checks,
      );
    }
    const connection = await database.connect();
    scope.defer(() => connection.destroy());
    for (const [name, [begin, end]] of Object.entries(WRITE_FAULTS)) {
      scope.defer(() => database.query(end));
      const { crowd, checks: found } = await phase(
        name,
        () => connection.query(begin),
        () => connection.query(end),
      );
      const reads = crowd.answers.filter(({ kind, status }) => kind === 'userInfo' && status !== 200);
      checks.push(
        ...found,
        none(
          `${name}: reads that were refused`,
          reads.map(({ status }) => status),
        ),
      );
      checks.push(atMost(`${name}: slowest answer`, Math.max(...crowd.answers.map(({ ms }) => ms)), ANSWER_MS, 'ms'));
    }
    return [...checks, ...(await accounts.lost(database, settings))];
  },
};
