import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../http/operator-error.js';
import type { ServerLocation } from '../sources/server-url.js';
import { findPassword } from './server-password.js';

/** Standard input of the tests is no terminal: nobody is asked. */
describe('the password of another database', () => {
  const location: ServerLocation = {
    host: 'h',
    port: 3306,
    username: 'reader',
    password: undefined,
    database: 'flask',
  };

  it('is that of the URL, else the one that was set, else none', async () => {
    const variables = { ADOPT_PASSWORD: ' p#ss ', COPY_PASSWORD: 'another' };
    expect(await findPassword({ ...location, password: 'in the URL' }, 'ADOPT_PASSWORD', variables)).toBe('in the URL');
    expect(await findPassword(location, 'ADOPT_PASSWORD', variables)).toBe(' p#ss ');
    expect(await findPassword(location, 'COPY_PASSWORD', variables)).toBe('another');
    expect(await findPassword(location, 'ADOPT_PASSWORD', { ADOPT_PASSWORD: '' })).toBe('');
  });

  it('is not another one when the file that was named cannot be read', async () => {
    const variables = { ADOPT_PASSWORD: 'other', ADOPT_PASSWORD_FILE: '/no/such/file' };
    const found = findPassword(location, 'ADOPT_PASSWORD', variables);
    await expect(found).rejects.toThrow(OperatorError);
    await expect(found).rejects.toThrow('ADOPT_PASSWORD_FILE names a file that cannot be read');
  });
});
