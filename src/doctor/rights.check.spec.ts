import { describe, expect, it } from '@jest/globals';
import { isOfRole } from '../database/server-facts.js';
import { checkSchema } from './database.check.js';
import { checkMigrationRights, checkRights } from './rights.check.js';
import { checkProduct } from './server.check.js';

const SERVING = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const rightsOf = (granted: string[], hasRoles = false) => ({ user: "'kunci'@'%'", granted, hasRoles });

describe('the rights of the user', () => {
  it('are a fault where one is missing, with the GRANT', () => {
    expect(checkRights(rightsOf(SERVING), 'users')).toMatchObject({ level: 'ok' });
    expect(checkRights(rightsOf(['SELECT', 'UPDATE']), 'users')).toMatchObject({
      level: 'fault',
      advice: "GRANT INSERT, DELETE ON `users`.* TO 'kunci'@'%';",
    });
  });

  it('are only a warning where a role may give them', () => {
    expect(checkRights(rightsOf([], true), 'users')).toMatchObject({ check: 'rights', level: 'warning' });
  });

  it.each([
    ['GRANT `staff` TO `kunci`@`%`', true],
    ['GRANT `staff`@`%` TO `kunci`@`%`', true],
    ['GRANT SELECT ON `users`.* TO PUBLIC', true],
    ['GRANT SELECT, INSERT ON `users`.* TO `kunci`@`%`', false],
    ["GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", false],
  ])('come from a role by %s: %s', (grant, expected) => {
    expect(isOfRole(grant)).toBe(expected);
  });

  it.each([
    ['pending at the next start', ['First1'], true, 'fault'],
    ['pending, but not for this user', ['First1'], false, 'ok'],
    ['done', [], true, 'ok'],
  ])('to migrate are needed only where migrations are to run: %s', (_when, pending, migrate, level) => {
    const finding = checkMigrationRights(rightsOf(SERVING), pending, { name: 'users', migrate });
    expect(finding).toMatchObject({ check: 'migration-rights', level });
  });
});

describe('another product than DB_TYPE says', () => {
  it('is the fault, and the schema is not judged', () => {
    expect(checkProduct({ product: 'MariaDB' }, { type: 'mysql' })).toMatchObject({
      level: 'fault',
      advice: 'Set DB_TYPE=mariadb.',
    });
    expect(checkSchema({ pending: [], differences: undefined })).toMatchObject([
      { level: 'warning', finding: expect.stringContaining('Not compared, because') },
    ]);
  });
});
