import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none } from './checks.mjs';
import { Crowd } from './clients.mjs';
import { Watch } from './watch.mjs';

export const r01 = {
  id: 'R1',
  title: 'The database is killed and comes back while people register, log in and are served',
  hurtsDatabase: true,
  inShort: true,
  async run({ scope, database, isShort, service }) {
    const { kunci, settings } = await service();
    // A machine that is shared is slower than the service is.
    const slack = isShort ? 3 : 1;
    const crowd = new Crowd(scope, kunci.url, { limitMs: 3_000 * slack });
    await crowd.prepare();
    const { pid } = kunci;
    const watch = new Watch(scope, kunci);
    crowd.start({ register: 20, login: 20, userInfo: 20 });
    await sleep(isShort ? 2_000 : 5_000);
    const killedAt = performance.now();
    await database.kill();
    await sleep(isShort ? 3_000 : 5_000);
    const startedAt = performance.now();
    const backAt = await database.restart();
    await sleep(isShort ? 5_000 : 10_000);
    await crowd.stop();
    await watch.stop();
    const firstAck = crowd.of('register', 201).find(({ sentAt, ms }) => sentAt + ms >= startedAt);
    return [
      ...(await crowd.lost(database, settings)),
      ...crowd.faults(),
      none('/health/live other than 200', watch.others('/health/live', 200)),
      atMost('/health/ready 503 after the kill', watch.until('/health/ready', 503, killedAt), 2_000 * slack, 'ms'),
      // It may be back before the first look at the database itself finds it.
      atMost(
        '/health/ready 200 after the database',
        watch.until('/health/ready', 200, startedAt) - (backAt - startedAt),
        2_000 * slack,
        'ms',
      ),
      atMost(
        'first registration after the database',
        firstAck ? firstAck.sentAt + firstAck.ms - backAt : NaN,
        1_000 * slack,
        'ms',
      ),
      exactly('the same process', kunci.isRunning && kunci.pid === pid, true),
    ];
  },
};
