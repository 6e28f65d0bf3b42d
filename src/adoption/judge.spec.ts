import { describe, expect, it } from '@jest/globals';
import { isLeftOut, judge } from './judge.js';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const HASH = '$2b$04$N5goq7WsLbbQqigOPyBsLOLHOQk6sBTGjLicgEEFt8L02mETooMTK';
const ROW = { id: 7, name: 'Ana', email: 'Ana@Example.com', password: HASH };

const judged = (changes: Record<string, unknown>) => judge({ position: '7', values: { ...ROW, ...changes } }, NOW);

describe('a row of another system', () => {
  it('becomes an account as it is', () => {
    expect(judged({})).toEqual({
      position: '7',
      sourceId: '7',
      id: 7,
      name: 'Ana',
      isNamedByAddress: false,
      email: 'Ana@Example.com',
      emailCanonical: 'ana@example.com',
      passwordHash: HASH,
      kind: 'bcrypt',
      emailVerifiedAt: null,
      createdAt: undefined,
      lockedAt: null,
      language: null,
    });
  });

  it.each([
    ['a key as text', { id: ' 12 ' }, { id: 12 }],
    ['a large key of SQLite', { id: 12n }, { id: 12 }],
    ['the largest id that is kept', { id: 2_000_000_000 }, { id: 2_000_000_000 }],
    ['one beyond it', { id: 2_000_000_001 }, { id: undefined, sourceId: '2000000001' }],
    ['zero', { id: 0 }, { id: undefined }],
    ['a negative id', { id: -3 }, { id: undefined }],
    ['half an id', { id: 1.5 }, { id: undefined }],
    ['a UUID', { id: '6f1e…' }, { id: undefined, sourceId: '6f1e…' }],
    ['a number in hexadecimal', { id: '0x10' }, { id: undefined }],
    ['an id of bytes', { id: Buffer.from('7') }, { id: undefined, sourceId: '37' }],
    ['blanks around the address', { email: '\t ana@example.com ' }, { email: 'ana@example.com' }],
    ['a binary column', { email: Buffer.from('ana@example.com'), name: Buffer.from('Añi') }, { name: 'Añi' }],
    ['control characters in the name', { name: 'A\r\nBcc: x\u0000' }, { name: 'A  Bcc: x' }],
    ['a number for a name', { name: 42 }, { name: '42' }],
    ['no name', { name: null }, { name: 'Ana', isNamedByAddress: true }],
    ['an invisible name', { name: '\u200b\u2800' }, { name: 'Ana', isNamedByAddress: true }],
    ['no column for names', { name: undefined }, { name: 'Ana', isNamedByAddress: true }],
    ['150 letters that are 300 code units', { name: '🔑'.repeat(150) }, { name: '🔑'.repeat(150) }],
    [
      'a hash of no known kind',
      { password: '5f4dcc3b5aa765d6' },
      { passwordHash: '5f4dcc3b5aa765d6', kind: 'unknown' },
    ],
    ['no hash', { password: null }, { passwordHash: '!', kind: 'none' }],
    ['an empty hash', { password: '' }, { passwordHash: '!', kind: 'none' }],
    ['what is no text', { password: {} }, { passwordHash: '!', kind: 'unknown' }],
    ['a blank in clear text', { password: ' ' }, { passwordHash: ' ', kind: 'unknown' }],
    ['a hash that no column holds', { password: 'x'.repeat(256) }, { passwordHash: '!', kind: 'unknown' }],
    ['a hash with a NUL', { password: `${HASH}\0` }, { passwordHash: '!', kind: 'unknown' }],
    ['a hash of bytes that are no text', { password: Buffer.from([0xff, 0xfe]) }, { passwordHash: '!' }],
    ['a flag for a time', { email_verified_at: 1, locked_at: '0' }, { emailVerifiedAt: NOW, lockedAt: null }],
    ['a language of ours', { language: 'id_ID' }, { language: 'id' }],
    ['another language', { language: 'fr' }, { language: null }],
    ['no language at all', { language: { code: 'id' } }, { language: null }],
  ])('comes along with %s', (_what, changes, expected) => {
    expect(judged(changes)).toMatchObject(expected);
  });

  it.each([
    ['no_address', { email: null }],
    ['no_address', { email: ' \t\u200b' }],
    ['no_address', { email: undefined }],
    ['address_not_valid', { email: 'ana' }],
    ['address_not_valid', { email: 'ana@example' }],
    ['address_not_valid', { email: '"ana b"@example.com' }],
    ['address_not_valid', { email: 'ana@exam\u200bple.com' }],
    ['address_not_valid', { email: 'ﬁna@example.com' }],
    ['address_not_valid', { email: 'ana@example.com\0' }],
    ['address_not_valid', { email: Buffer.from([0xff, 0x40]) }],
    ['address_not_valid', { email: { toString: () => 'ana@example.com' } }],
    ['address_not_valid', { email: 42 }],
    ['address_too_long', { email: `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.com` }],
    ['name_too_long', { name: 'n'.repeat(151) }],
    ['name_not_text', { name: 'half \ud83d' }],
    ['name_not_text', { name: ['Ana'] }],
    ['time_not_valid', { locked_at: 'soon' }],
    ['time_not_valid', { created_at: '2024-13-40' }],
  ])('stays behind: %s', (reason, changes) => {
    expect(judged(changes)).toMatchObject({ position: '7', id: '7', reason });
  });

  it('that could not be read stays behind', () => {
    const row = judge({ position: '9', values: undefined }, NOW);
    expect([isLeftOut(row), row]).toEqual([true, { position: '9', id: '', email: '', reason: 'unreadable' }]);
  });

  it('of a megabyte is judged as quickly as any', () => {
    const start = performance.now();
    for (const text of ['a'.repeat(1e6), '\u0301'.repeat(5e5), 'a@'.repeat(5e5), ' '.repeat(1e6)]) {
      judged({ email: text, name: text, password: text, created_at: text, id: text, language: text });
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
