import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, none, note } from './checks.mjs';
import { Crowd, login, register, untilAnswered } from './clients.mjs';

const AT_ONCE = 8;
/** No further round after it: there has to be time to look at what is left. */
const ROUNDS_MS = 80_000;
/** There may be thousands, where the machine hashes slowly; every one that was not answered is looked at. */
const REFUSED_LOOKED_AT = 100;

export const r05 = {
  id: 'R5',
  title: 'The process is killed while people register',
  inShort: true,
  run: (context) => killRounds(context, context.isShort ? 3 : 10, false),
};

export const r05b = {
  id: 'R5b',
  title: 'Process and database are killed at once while people register',
  hurtsDatabase: true,
  run: (context) => killRounds(context, 3, true),
};

async function killRounds({ scope, database, service, isShort }, rounds, withDatabase) {
  const { kunci, settings } = await service();
  const crowd = new Crowd(scope, kunci.url, { limitMs: 10_000, pauseMs: 50 });
  crowd.start({ register: 30 });
  const starts = [];
  const deadline = performance.now() + ROUNDS_MS;
  while (starts.length < rounds && performance.now() < deadline) {
    await sleep(isShort ? 1_500 : 3_000);
    await Promise.all([kunci.kill('SIGKILL'), withDatabase && database.kill()]);
    if (withDatabase) await database.restart();
    const startedAt = performance.now();
    await kunci.start();
    starts.push((await kunci.ready()) - startedAt);
  }
  await sleep(500);
  await crowd.stop();
  const checks = await crowd.lost(database, settings);
  const refused = crowd.unacked.filter((email) => !crowd.unanswered.includes(email));
  const unacked = [...crowd.unanswered, ...refused.slice(0, REFUSED_LOOKED_AT)];
  // While it was down, connections were refused and ended: those failures are the scenario's own.
  crowd.answers = crowd.answers.filter(({ status }) => typeof status === 'number');
  return [
    atLeast('rounds', starts.length, rounds),
    note('acknowledged', crowd.acked.length),
    ...checks,
    note('unanswered', crowd.unanswered.length),
    note('refused for want of time', refused.length),
    none('not acknowledged, and neither can be registered nor logs in', await halfDone(kunci.url, unacked)),
    ...crowd.faults(),
    // How long a process takes to start is a matter of the machine.
    isShort
      ? note('slowest start', Math.max(...starts), 'ms')
      : atMost('slowest start', Math.max(...starts), 3_000, 'ms'),
  ];
}

async function halfDone(url, emails) {
  const half = [];
  const waiting = [...emails];
  const worker = async () => {
    for (let email = waiting.pop(); email; email = waiting.pop()) {
      const { status } = await register(url, email);
      if (status === 201) continue;
      const found = await untilAnswered(() => login(url, email), 200).catch(() => undefined);
      if (!found) half.push(`${email} ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return half;
}
