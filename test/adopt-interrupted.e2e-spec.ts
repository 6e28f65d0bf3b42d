import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '../src/users/user.entity.js';
import { type AdoptionTest, numbersOf, startAdoptionTest } from './support/adoption.js';
import { ENGINE } from './support/database.js';
import { HASH_VECTORS } from './support/hash-vectors.js';
import { eventually } from './support/process.js';

const ROWS = 20_000;
const KILLS = 10;
const DEADLINE_MS = 300_000;
/** Every so often a row cannot come along. */
const BAD_EVERY = 997;

const { hash: HASH, password: PASSWORD } = HASH_VECTORS.find(({ kind }) => kind === 'bcrypt')!;

const EVERYBODY = Array.from({ length: ROWS }, (_, i) => ({
  id: i + 1,
  name: `Person ${i + 1}`,
  email: (i + 1) % BAD_EVERY === 0 ? `nobody ${i + 1}` : `Person.${i + 1}@Example.com`,
  password: HASH,
}));
const BAD = EVERYBODY.filter(({ email }) => !email.includes('@'));

describe(`kunci adopt, interrupted (${ENGINE})`, () => {
  let test: AdoptionTest;
  beforeEach(async () => {
    test = await startAdoptionTest();
    await test.old.add(EVERYBODY);
  });
  afterEach(() => test.stop());

  const repository = () => test.dataSource.getRepository<User>('User');
  const start = () => test.start(['--from', test.old.from, '--yes']);

  const expectEverybodyOnce = async (registered: readonly string[]) => {
    const users = await repository().find({ order: { id: 'ASC' } });
    const adopted = users.slice(0, ROWS - BAD.length).map(({ id, name, email, passwordHash }) => {
      return { id, name, email, password: passwordHash };
    });
    expect(adopted).toEqual(EVERYBODY.filter((row) => !BAD.includes(row)));
    expect(users.slice(ROWS - BAD.length).map(({ email }) => email)).toEqual(registered);
  };

  it(
    'is completed by the next run, without doubles, after it was killed at ten random moments',
    async () => {
      const before = await test.old.fingerprint();
      const registered: string[] = [];
      let inTheMiddle = 0;
      const moments = Array.from({ length: KILLS }, () => Math.random()).sort();
      for (const moment of moments) {
        const run = start();
        let isOver = false;
        void run.ended.then(() => (isOver = true));
        // While it writes, if it had not come as far as that before; else at any time of its life.
        const there = await repository().count();
        const target = Math.floor(moment * ROWS);
        if (there < target) await eventually(async () => isOver || (await repository().count()) >= target);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * (there < target ? 50 : 2_000)));
        run.child.kill('SIGKILL');
        await run.ended;
        const count = (await repository().count()) - registered.length;
        if (count > 0 && count < ROWS - BAD.length) inTheMiddle += 1;
        registered.push((await test.api.person()).email);
      }
      expect(inTheMiddle).toBeGreaterThan(2);
      const { exitCode, stdout } = await start().ended;
      expect(exitCode).toBe(3);
      const [adopted = 0, here = 0, left] = numbersOf(stdout);
      expect([adopted + here, left]).toEqual([ROWS - BAD.length, BAD.length]);
      await expectEverybodyOnce(registered);
      expect(await test.old.fingerprint()).toBe(before);
      expect(numbersOf((await start().ended).stdout)).toEqual([0, ROWS - BAD.length, BAD.length]);
      await expectEverybodyOnce(registered);
      expect((await test.api.login('PERSON.1@example.com', PASSWORD)).status).toBe(200);
    },
    DEADLINE_MS,
  );

  it(
    'ends after the batch when it is told to, says how to go on, and goes on',
    async () => {
      // Nothing to report: a source and a database that answer at once must still let a signal come to its turn.
      await test.old.run("DELETE FROM user WHERE email NOT LIKE '%@%'");
      const run = start();
      await eventually(async () => (await repository().count()) > 0);
      run.child.kill('SIGINT');
      const { exitCode, stdout, stderr } = await run.ended;
      expect([exitCode, stderr]).toEqual([130, expect.stringContaining('It stops after this batch.\n')]);
      expect(stdout).toContain('\nStopped before the end.\n');
      expect(stdout).toContain('\nRun the same command again to go on: nobody is adopted twice.\n');
      const [adopted = 0, here, left] = numbersOf(stdout);
      expect([await repository().count(), here, left]).toEqual([adopted, 0, 0]);
      expect(adopted).toBeLessThan(ROWS - BAD.length);
      expect(numbersOf((await start().ended).stdout)).toEqual([ROWS - BAD.length - adopted, adopted, 0]);
      await expectEverybodyOnce([]);
    },
    DEADLINE_MS,
  );

  it(
    'leaves an address to who registers it while it runs, and keeps the ids of those who come after',
    async () => {
      const run = start();
      await eventually(async () => (await repository().count()) > 0);
      const last = EVERYBODY.at(-1)!;
      const { status } = await test.api.register({ name: 'Quick', email: last.email, password: 'correct horse 9' });
      const { stdout } = await run.ended;
      expect(status).toBe(201);
      expect(numbersOf(stdout)).toEqual([ROWS - BAD.length - 1, 0, BAD.length + 1]);
      const ids = (await repository().find({ order: { id: 'ASC' } })).map(({ id }) => id);
      expect(ids.slice(0, -1)).toEqual(
        EVERYBODY.filter((row) => !BAD.includes(row) && row !== last).map(({ id }) => id),
      );
      expect(ids.at(-1)).toBeGreaterThan(ROWS);
    },
    DEADLINE_MS,
  );
});
