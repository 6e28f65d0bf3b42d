import { describe, expect, it } from '@jest/globals';
import { readAdoptPassword } from './adopt-password.js';
import { SettingsError } from './environment.js';

describe('readAdoptPassword', () => {
  it('finds the password where it was set, or none', () => {
    expect(readAdoptPassword({ ADOPT_PASSWORD: ' p#ss ' })).toBe(' p#ss ');
    expect(readAdoptPassword({ ADOPT_PASSWORD: '' })).toBeUndefined();
  });

  it('does not go on without a file that was named', () => {
    const read = () => readAdoptPassword({ ADOPT_PASSWORD: 'other', ADOPT_PASSWORD_FILE: '/no/such/file' });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow('ADOPT_PASSWORD_FILE names a file that cannot be read');
  });
});
