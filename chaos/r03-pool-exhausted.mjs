import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, none, percentile } from './checks.mjs';
import { Crowd, signUp } from './clients.mjs';
import { TcpProxy } from './tcp-proxy.mjs';

const CLIENTS = 300;
const AFTERWARDS = 50;
const PROCESSES = 4;
const MAX_CONNECTIONS = 20;

export const r03 = {
  id: 'R3',
  title: 'More requests than connections to the database; more processes than the database takes connections of',
  hurtsDatabase: true,
  async run(context) {
    return [...(await exhaustPool(context)), ...(await exhaustServer(context))];
  },
};

async function exhaustPool({ scope, database, service }) {
  const proxy = await TcpProxy.start(scope, database.server.port);
  const { kunci } = await service({ DB_PORT: String(proxy.port), DB_POOL_SIZE: '5', DB_DEADLINE: '2s' });
  const people = await signUpMany(kunci.url, 20);
  await ask(scope, kunci.url, people, AFTERWARDS, 1_000);
  const baseline = await ask(scope, kunci.url, people, AFTERWARDS, 3_000);
  proxy.be({ delayMs: 200 });
  const crowd = await ask(scope, kunci.url, people, CLIENTS, 6_000);
  proxy.be();
  await sleep(2_000);
  const after = await ask(scope, kunci.url, people, AFTERWARDS, 3_000);
  const refused = crowd.of('userInfo', 503).map(({ ms }) => ms);
  const p95 = (one) =>
    percentile(
      one.of('userInfo', 200).map(({ ms }) => ms),
      0.95,
    );
  return [
    ...crowd.faults({ allowed: [200, 503] }),
    atMost('slowest answer', Math.max(...crowd.answers.map(({ ms }) => ms)), 2_500, 'ms'),
    // None need be refused, if all were served in time.
    atMost('refusals, p99', refused.length > 0 ? percentile(refused, 0.99) : 0, 100, 'ms'),
    atMost('user-info p95 two seconds later, against before', p95(after) / p95(baseline), 1.5, 'x'),
  ];
}

async function exhaustServer({ scope, database, schema, kunci }) {
  const settings = await schema();
  scope.defer(() => database.query('SET GLOBAL max_connections = 151'));
  const first = await kunci(settings).start();
  await first.ready();
  const people = await signUpMany(first.url, 4);
  await database.query(`SET GLOBAL max_connections = ${MAX_CONNECTIONS}`);
  const others = await Promise.all(Array.from({ length: PROCESSES - 1 }, () => kunci(settings).start()));
  await Promise.all(others.map((one) => one.ready('/health/live')));
  const crowds = await Promise.all([first, ...others].map(({ url }) => ask(scope, url, people, 30, 5_000, 2)));
  const all = new Crowd(scope, first.url);
  all.answers = crowds.flatMap(({ answers }) => answers);
  const name = (check) => ({ ...check, name: `${PROCESSES} processes, ${MAX_CONNECTIONS} connections: ${check.name}` });
  const served = all.answers.filter(({ status }) => [200, 201].includes(status)).length;
  return [...all.faults(), none('was nobody served', served > 0 ? [] : ['nobody'])].map(name);
}

async function ask(scope, url, people, userInfo, ms, register = 0) {
  const crowd = new Crowd(scope, url, { limitMs: 10_000 });
  crowd.accounts = people;
  crowd.start({ userInfo, register });
  await sleep(ms);
  await crowd.stop();
  return crowd;
}

async function signUpMany(url, count) {
  const people = [];
  for (let i = 0; i < count; i++) people.push(await signUp(url));
  return people;
}
