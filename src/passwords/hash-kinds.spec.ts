import { describe, expect, it } from '@jest/globals';
import { HASH_VECTORS } from '../../test/support/hash-vectors.js';
import { HASH_KINDS, kindOf, verifierOf } from './hash-kinds.js';

/** The column `users.password_hash`. */
const COLUMN_LENGTH = 255;

const SALT = 'c2FsdHNhbHRzYWx0c2FsdA';
const DIGEST = 'A'.repeat(43);
const HEX_64 = 'ab'.repeat(64);
const BCRYPT = `${'.'.repeat(22)}${'a'.repeat(31)}`;
const BCRYPT_SHA256 = `${'.'.repeat(22)}$${'a'.repeat(31)}`;

/** The dearest that is still verified, and what is dearer in one way each. */
const BOUNDS = [
  ['iterations of Django', `pbkdf2_sha256$3000000$salt$${DIGEST}=`, [`pbkdf2_sha256$3000001$salt$${DIGEST}=`]],
  ['iterations of Werkzeug', `pbkdf2:sha512:3000000$salt$${HEX_64}`, [`pbkdf2:sha512:3000001$salt$${HEX_64}`]],
  [
    'the memory of scrypt',
    `scrypt:65536:8:1$salt$${HEX_64}`,
    [`scrypt:131072:8:1$s$${HEX_64}`, `scrypt:65536:9:1$s$${HEX_64}`],
  ],
  [
    'the work of scrypt',
    `scrypt:65536:8:4$salt$${HEX_64}`,
    [`scrypt:65536:8:5$salt$${HEX_64}`, `scrypt:32768:8:9$s$${HEX_64}`],
  ],
  ['the cost of bcrypt', `$2b$14$${BCRYPT}`, [`$2b$15$${BCRYPT}`, `$2b$31$${BCRYPT}`]],
  ['the cost of passlib', `$bcrypt-sha256$2b,14$${BCRYPT_SHA256}`, [`$bcrypt-sha256$2b,15$${BCRYPT_SHA256}`]],
  [
    'the cost of ours',
    `$bcrypt-sha256$v=2,t=2b,r=15$${BCRYPT_SHA256}`,
    [`$bcrypt-sha256$v=2,t=2b,r=16$${BCRYPT_SHA256}`],
  ],
  [
    'the memory of argon2',
    `$argon2id$v=19$m=131072,t=1,p=1$${SALT}$${DIGEST}`,
    [`$argon2id$v=19$m=131073,t=1,p=1$${SALT}$${DIGEST}`],
  ],
  [
    'the passes of argon2',
    `$argon2id$v=19$m=131072,t=16,p=1$${SALT}$${DIGEST}`,
    [`$argon2id$v=19$m=131072,t=17,p=1$${SALT}$${DIGEST}`],
  ],
  [
    'the lanes of argon2',
    `$argon2id$v=19$m=65536,t=1,p=16$${SALT}$${DIGEST}`,
    [`$argon2id$v=19$m=65536,t=1,p=17$${SALT}$${DIGEST}`],
  ],
] as const;

/** What the libraries must not refuse: no login fails with an error for what a row holds. */
const EDGES = [
  `scrypt:2:1:1$s$${HEX_64}`,
  `scrypt:32768:1:1$s$${HEX_64}`,
  `scrypt:65536:2:1$s$${HEX_64}`,
  `scrypt:2:99:99$s$${HEX_64}`,
  `scrypt:64:99:99$s$${HEX_64}`,
  `pbkdf2:sha1:1$s$${'ab'.repeat(20)}`,
  `pbkdf2_sha256$1$s$${DIGEST}=`,
  `$2a$04$${BCRYPT}`,
  `$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$${DIGEST.slice(0, 22)}`,
  `$argon2id$v=19$m=128,t=999,p=16$c2FsdHNhbHQ$${DIGEST}`,
];

/** The longest of each format whose length is not always the same. */
const LONGEST = [
  `pbkdf2:sha512:3000000$${'s'.repeat(64)}$${HEX_64}`,
  `pbkdf2_sha256$3000000$${'s'.repeat(64)}$${DIGEST}=`,
  `scrypt:131072:4:4$${'s'.repeat(64)}$${HEX_64}`,
  `$argon2id$v=19$m=131072,t=16,p=16$${'A'.repeat(86)}$${'A'.repeat(86)}`,
];

const matches = async (password: string, hash: string) => (await verifierOf(hash)?.(password)) ?? false;

describe('the hashes of other systems', () => {
  it('are verified in every kind that has a name', () => {
    const kinds = new Set(HASH_VECTORS.map(({ kind }) => kind));
    expect([...kinds, 'unknown'].sort()).toEqual([...HASH_KINDS].sort());
  });

  it.each(HASH_VECTORS)('match what made them: $by, $hash', async ({ kind, password, hash, wrongPassword }) => {
    expect(kindOf(hash)).toBe(kind);
    expect(await matches(password, hash)).toBe(true);
    expect(await matches(wrongPassword, hash)).toBe(false);
  });

  it.each([
    ['72 bytes of a longer password', 'PHP 8.2 password_hash', (long: string) => long.slice(0, 72), true],
    ['71 bytes of it', 'PHP 8.2 password_hash', (long: string) => long.slice(0, 71), false],
    ['what stands before the NUL, as PHP', 'PHP 8.2 crypt', (tail: string) => tail.split('\0')[0]!, true],
    ['other bytes after the NUL, as PHP', 'PHP 8.2 crypt', (tail: string) => `${tail}x`, true],
    ['only the right bytes after the NUL, as Node', 'Node bcrypt', (tail: string) => `${tail}x`, false],
  ])('of bcrypt match as the original did: %s', async (_what, by, change, expected) => {
    const { password, hash } = HASH_VECTORS.find((one) => one.kind === 'bcrypt' && one.by.startsWith(by))!;
    expect(await matches(change(password), hash)).toBe(expected);
  });

  it.each(BOUNDS)('are verified up to a bound: %s', async (_what, dearest, beyond) => {
    expect(await verifierOf(dearest)?.('password123')).toBe(false);
    for (const hash of beyond) {
      expect([hash, kindOf(hash)]).toEqual([hash, 'unknown']);
      expect(verifierOf(hash)).toBeUndefined();
    }
  });

  it.each(EDGES)('are verified down to %s', async (hash) => {
    expect(await verifierOf(hash)?.('password123')).toBe(false);
  });

  it.each(LONGEST)('fit their column: %s', (hash) => {
    expect(kindOf(hash)).not.toBe('unknown');
    expect(hash.length).toBeLessThanOrEqual(COLUMN_LENGTH);
  });
});

describe('what is no hash that anything made', () => {
  it.each([
    '',
    ' ',
    '!',
    'password123',
    '$2x$10$weLU5yNhgIOXYflm7qnGEuRAL36cEJr4dcnZrgXd0cNRP8mvcuKUS',
    `$2b$03$${BCRYPT}`,
    `$2b$1$${BCRYPT}`,
    'pbkdf2:sha256$seedSaltAAAAAA01$c9d0603ecef0a94ef9e78db3371508cfa3c75c36d202e652ca49e1504d091cf0',
    `pbkdf2:sha256:0$salt$${'ab'.repeat(32)}`,
    `pbkdf2:md5:1000$salt$${'ab'.repeat(16)}`,
    `pbkdf2:sha1:1000$salt$${'ab'.repeat(32)}`,
    `pbkdf2_sha1$1000$salt$${DIGEST}=`,
    `scrypt:32767:8:1$salt$${HEX_64}`,
    `scrypt:1:8:1$salt$${HEX_64}`,
    `scrypt:65536:1:1$salt$${HEX_64}`,
    `$argon2i$v=19$m=65536,t=3,p=4$${SALT}$${DIGEST}`,
    `$argon2id$v=16$m=65536,t=3,p=4$${SALT}$${DIGEST}`,
    `$argon2id$m=65536,t=3,p=4$${SALT}$${DIGEST}`,
    `$argon2id$v=19$m=31,t=3,p=4$${SALT}$${DIGEST}`,
    `$argon2id$v=19$m=65536,t=3,p=4,keyid=AA$${SALT}$${DIGEST}`,
    `$argon2id$v=19$m=65536,t=3,p=4$${SALT.slice(0, -1)}B$${DIGEST}`,
    `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${DIGEST.slice(0, -2)}`,
  ])('is unknown: %s', (hash) => {
    expect([kindOf(hash), verifierOf(hash)]).toEqual(['unknown', undefined]);
  });
});
