import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, none, note } from './checks.mjs';
import { newEmail, register, signUp } from './clients.mjs';
import { MailServer } from './mail-server.mjs';
import { send } from './request.mjs';

const WAYS = ['silent', 'hang up', 'refuse', 'forbid'];
const EACH = 10;
/** As many as one process sends at once. */
const HELD = 5;
/** The greeting is waited for 10 s, then come the pauses of 10 and 30 s. */
const ARRIVAL_MS = 60_000;

export const r17 = {
  id: 'R17',
  title: 'The mail server is silent, hangs up, refuses; the process is killed while it has mails',
  async run({ scope, service, database }) {
    const mailServer = await MailServer.start(scope);
    const { kunci, settings } = await service({ ...mailServer.settings });
    const known = await signUp(kunci.url);
    const { answers, expected } = await duringTrouble(kunci, mailServer, known.email);
    mailServer.accept();
    const backAt = performance.now();
    const missing = () => expected.filter((to) => !mailServer.mails.some((mail) => mail.to === to));
    while (missing().length > 0 && performance.now() - backAt < ARRIVAL_MS) await sleep(100);
    const allMs = missing().length === 0 ? performance.now() - backAt : NaN;
    const copies = [...copiesById(mailServer.mails).values()];
    return [
      ...WAYS.map((way) =>
        atMost(`${way}: slowest answer`, Math.max(...answers[way].map(({ ms }) => ms)), 1_000, 'ms'),
      ),
      none(
        'answers other than 200/201',
        WAYS.flatMap((way) => answers[way]).flatMap((a) =>
          [200, 201].includes(a.status) ? [] : [a.failure ?? a.status],
        ),
      ),
      note('registrations meanwhile', expected.length),
      none('registrations whose mail never came', missing()),
      atMost('all of them there after', allMs, ARRIVAL_MS, 'ms'),
      atMost('copies of one mail', Math.max(...copies), 1),
      ...(await killedWhileSending(kunci, mailServer, database, settings)),
    ];
  },
};

async function duringTrouble(kunci, mailServer, email) {
  const answers = {};
  const expected = [];
  for (const way of WAYS) {
    mailServer.behaviour = way;
    answers[way] = [];
    for (let i = 0; i < EACH; i++) {
      const one = newEmail();
      answers[way].push(
        await register(kunci.url, one),
        await forgot(kunci.url, email),
        await forgot(kunci.url, newEmail()),
      );
      expected.push(one);
    }
  }
  return { answers, expected };
}

/** It is sent again, because nobody knows whether the server has it; whoever reads mails by their id sees one. */
async function killedWhileSending(kunci, mailServer, database, { DB_NAME: schema }) {
  const before = mailServer.mails.length;
  mailServer.behaviour = 'hold';
  const people = Array.from({ length: HELD }, newEmail);
  for (const email of people) await register(kunci.url, email);
  while (mailServer.held.length < HELD) await sleep(20);
  await kunci.kill('SIGKILL');
  mailServer.accept();
  await kunci.start();
  await kunci.ready();
  // The claim of a process that is gone holds for three minutes: longer than there is time here.
  await database.query("UPDATE outgoing_mails SET due_at = '2000-01-01'", [], schema);
  const isLeft = async () => (await database.query('SELECT id FROM outgoing_mails', [], schema)).length > 0;
  for (const until = performance.now() + 20_000; performance.now() < until && (await isLeft());) await sleep(100);
  const copies = copiesById(mailServer.mails.slice(before));
  return [
    exactly('killed while sending: mails', copies.size, HELD),
    atMost('killed while sending: copies of one', Math.max(...copies.values()), 2),
  ];
}

function copiesById(mails) {
  const copies = new Map();
  for (const { id, to } of mails) copies.set(`${to} ${id}`, (copies.get(`${to} ${id}`) ?? 0) + 1);
  return copies;
}

function forgot(url, email) {
  return send(`${url}/api/forgot-password`, { method: 'POST', json: { email } });
}
