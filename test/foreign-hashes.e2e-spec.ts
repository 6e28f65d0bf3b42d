import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/api.js';
import { ENGINE } from './support/database.js';
import { FOREIGN_VECTOR, HASH_VECTORS } from './support/hash-vectors.js';
import { type MailedApp, startMailedApp, tokenIn } from './support/mailed-app.js';
import { median, timed } from './support/timing.js';

const OURS = /^\$bcrypt-sha256\$v=2,t=2b,r=10\$/;
const WRONG = 'wrong 1234';

const REFUSE_UPDATES =
  ENGINE === 'sqlite'
    ? "CREATE TRIGGER refuse BEFORE UPDATE ON users BEGIN SELECT RAISE(ABORT, 'refused'); END"
    : "CREATE TRIGGER refuse BEFORE UPDATE ON users FOR EACH ROW SIGNAL SQLSTATE '45000'";

/** What no password opens: another kind, one that costs too much, one without its end, and a mark of Django's. */
const UNKNOWN = [
  '$6$rounds=5000$saltsalt$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1',
  `$2b$31$${'.'.repeat(22)}${'a'.repeat(31)}`,
  FOREIGN_VECTOR.hash.slice(0, -1),
  '!',
];

describe(`the hash of another system (${ENGINE})`, () => {
  let test: MailedApp;
  beforeAll(async () => {
    test = await startMailedApp();
  });
  afterAll(() => test.stop());

  const hashOf = async ({ email }: Person) => (await test.userOf(email)).passwordHash;
  const statusOf = async ({ email }: Person, password: string) => (await test.api.login(email, password)).status;
  const give = ({ email }: Person, hash: string) =>
    test.dataSource.query('UPDATE users SET password_hash = ? WHERE email = ?', [hash, email]);
  const personWith = async (hash: string): Promise<Person> => {
    const person = await test.api.person();
    await give(person, hash);
    return person;
  };

  it.each(HASH_VECTORS.filter(({ kind }) => kind !== 'kunci'))(
    'lets in who knows its password, and is ours from then on: $by, $hash',
    async ({ password, hash, wrongPassword }) => {
      const ana = await personWith(hash);
      expect([await statusOf(ana, wrongPassword), await hashOf(ana)]).toEqual([401, hash]);
      expect(await statusOf(ana, password)).toBe(200);
      const upgraded = await hashOf(ana);
      expect(upgraded).toMatch(OURS);
      expect([await statusOf(ana, password), await statusOf(ana, wrongPassword)]).toEqual([200, 401]);
      expect(await hashOf(ana)).toBe(upgraded);
    },
  );

  it('leaves the sessions that there are when it is upgraded', async () => {
    const ana = await test.api.signedIn();
    await give(ana, FOREIGN_VECTOR.hash);
    expect(await statusOf(ana, FOREIGN_VECTOR.password)).toBe(200);
    expect([await hashOf(ana), (await test.api.userInfo(ana.token)).status]).toEqual([
      expect.stringMatching(OURS),
      200,
    ]);
  });

  it('lets in when it cannot be upgraded', async () => {
    const ana = await personWith(FOREIGN_VECTOR.hash);
    await test.dataSource.query(REFUSE_UPDATES);
    try {
      expect(await statusOf(ana, FOREIGN_VECTOR.password)).toBe(200);
      expect(await hashOf(ana)).toBe(FOREIGN_VECTOR.hash);
    } finally {
      await test.dataSource.query('DROP TRIGGER refuse');
    }
    expect([await statusOf(ana, FOREIGN_VECTOR.password), await hashOf(ana)]).toEqual([
      200,
      expect.stringMatching(OURS),
    ]);
  });

  it('is asked when the password is asked for again', async () => {
    const ana = await test.api.signedIn();
    await give(ana, FOREIGN_VECTOR.hash);
    const change = (current: string) =>
      test.api.as(ana.token, 'PUT', '/api/password', { current_password: current, new_password: 'quiet river 7' });
    expect([(await change(WRONG)).status, (await change(FOREIGN_VECTOR.password)).status]).toEqual([403, 200]);
    expect([await statusOf(ana, 'quiet river 7'), await hashOf(ana)]).toEqual([200, expect.stringMatching(OURS)]);
  });

  it.each(UNKNOWN)('of no known kind answers as a wrong password: %s', async (hash) => {
    const [ana, other] = [await personWith(hash), await test.api.person()];
    const wrong = await test.api.login(other.email, WRONG);
    for (const password of [FOREIGN_VECTOR.password, hash, ana.password]) {
      const answer = await test.api.login(ana.email, password);
      expect([answer.status, answer.text]).toEqual([401, wrong.text]);
    }
    expect(await hashOf(ana)).toBe(hash);
  });

  it('of no known kind takes as long as a wrong password', async () => {
    const [ana, other] = [await personWith('!'), await test.api.person()];
    const times = { unknown: [] as number[], wrong: [] as number[] };
    for (let round = 0; round < 9; round++) {
      times.unknown.push(await timed(() => test.api.login(ana.email, WRONG)));
      times.wrong.push(await timed(() => test.api.login(other.email, WRONG)));
    }
    const ratio = median(times.unknown) / median(times.wrong);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });

  it('of no known kind is replaced by a link that is mailed', async () => {
    const ana = await personWith('!');
    await test.api.post('/api/forgot-password', { email: ana.email });
    await test.allSent();
    const token = tokenIn((await test.mail.to(ana.email)).at(-1)!);
    const reset = await test.api.post('/api/reset-password', { token, password: 'quiet river 7' });
    expect([reset.status, await statusOf(ana, 'quiet river 7')]).toEqual([200, 200]);
    expect(await hashOf(ana)).toMatch(OURS);
  });
});
