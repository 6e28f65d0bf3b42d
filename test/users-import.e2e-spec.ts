import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdoptionService } from '../src/adoption/adoption.service.js';
import { SamePerson } from '../src/adoption/same-person.js';
import type { SourceRow } from '../src/sources/source.js';
import { AuditService } from '../src/audit/audit.service.js';
import type { User } from '../src/users/user.entity.js';
import { type ImportedUser, UsersImportService } from '../src/users/users-import.service.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';

const nobody = (id?: number, email = newEmail()): ImportedUser => ({
  id,
  name: 'Ana',
  email,
  emailCanonical: email,
  passwordHash: '!',
  emailVerifiedAt: null,
  lockedAt: null,
  language: null,
  createdAt: undefined,
});

describe(`UsersImportService (${ENGINE})`, () => {
  let test: TestApp;
  let service: UsersImportService;
  beforeAll(async () => {
    test = await startApp();
    service = test.app.get(UsersImportService, { strict: false });
  });
  afterAll(() => test.stop());

  const users = () => test.dataSource.getRepository<User>('User').find({ order: { id: 'ASC' } });

  it('writes all or none', async () => {
    const [ana, ben] = [nobody(70), nobody()];
    expect(await service.insert([ana, ben])).toBe(true);
    const before = await users();
    expect(before.map(({ email }) => email).sort()).toEqual([ana.email, ben.email].sort());
    expect(await service.insert([nobody(80), nobody(70), nobody()])).toBe(false);
    expect(await service.insert([nobody(90), nobody(91, ana.email)])).toBe(false);
    expect(await users()).toEqual(before);
  });

  it('keeps ids for who brings them, without leaving anybody behind', async () => {
    const before = await users();
    await service.reserveIds(5_000);
    await service.reserveIds(0);
    expect(await users()).toEqual(before);
    const ana = await test.api.person();
    expect((await users()).at(-1)).toMatchObject({ id: 5_001, email: ana.email });
    await service.reserveIds(5_001);
    await service.reserveIds(100);
    await test.api.person();
    expect((await users()).at(-1)!.id).toBe(5_002);
  });

  it('is asked again by an adoption whose batch was overtaken by a registration', async () => {
    const [ana, ben] = [newEmail(), newEmail()];
    let asked = 0;
    const overtaken = Object.assign(Object.create(service) as UsersImportService, {
      findOccupied: async (...args: Parameters<UsersImportService['findOccupied']>) => {
        const occupied = await service.findOccupied(...args);
        asked += 1;
        if (asked === 1) await test.api.register({ name: 'Quick', email: ana, password: 'correct horse 9' });
        return occupied;
      },
    });
    const rows: SourceRow[] = [ana, ben].map((email, i) => ({
      position: String(i),
      values: { id: 3_000 + i, name: 'Adopted', email, password: 'x' },
    }));
    async function* pages() {
      yield await Promise.resolve(rows);
    }
    const left: string[] = [];
    const tally = await new AdoptionService(overtaken, test.app.get(AuditService, { strict: false })).adopt({
      source: { title: '', columns: [], rowCount: 2, pages, close: () => Promise.resolve() },
      columns: new Map(),
      survey: { rows: 2, kinds: new Map(), leftOut: new Map(), largestId: 0, samePerson: new SamePerson(new Set()) },
      isDryRun: false,
      leave: ({ email, reason }) => void left.push(`${email} ${reason}`),
      tell: () => undefined,
      renumber: () => undefined,
      shouldStop: () => false,
    });
    expect([asked, tally.adopted, left]).toEqual([2, 1, [`${ana} taken`]]);
    expect((await users()).filter(({ email }) => [ana, ben].includes(email)).map(({ name }) => name)).toEqual([
      'Adopted',
      'Quick',
    ]);
  });
});
