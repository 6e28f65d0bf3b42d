import { describe, expect, it } from '@jest/globals';
import { costOf, hashPassword, verifyPassword } from './bcrypt-sha256.js';

/** The least that bcrypt takes: the work factor makes no difference to what is tested here. */
const COST = 4;

const KNOWN = '$bcrypt-sha256$v=2,t=2b,r=10$RSr7UeVM0Sg/U5Q0iLq6pe$yjpt58UiLX4k2IeRzZ9jaPMmaEZdvh.';

/** Made by passlib's `bcrypt_sha256` (version 2) and checked by it, the wrong passwords too. */
const VECTORS = [
  {
    what: 'a short password',
    password: 'password123',
    hash: KNOWN,
    wrongPassword: 'password124',
  },
  {
    what: 'a password that is longer than bcrypt reads',
    password: 'a1'.repeat(60),
    hash: '$bcrypt-sha256$v=2,t=2b,r=10$RImLpRJxeG2MFzdb/wep/.$ZBkWLiy7ynH9GwUPZXW8FRH.iM0oZy2',
    wrongPassword: `${'a1'.repeat(59)}a2`,
  },
  {
    what: 'a password beyond ASCII',
    password: 'kata sandi 🔑 panjang',
    hash: '$bcrypt-sha256$v=2,t=2b,r=10$.KnbVv0RecLoiOTUXmfPdO$LDCEKONLxlrVsGIDaoEKxoG0nONAAtu',
    wrongPassword: 'kata sandi 🔑 pendek',
  },
  {
    what: 'a password with a NUL',
    password: 'abcd1234\0tail',
    hash: '$bcrypt-sha256$v=2,t=2b,r=10$3K1dLGcX5dP7K/SEPNQPte$3uOMC49mkQlNQ3GNxROKKju6y1Dsm.O',
    wrongPassword: 'abcd1234\0liat',
  },
];

/** Hashes of `password123` in other formats, and what a damaged row may hold. */
const OTHER_KINDS = [
  ['bcrypt 2b', '$2b$10$weLU5yNhgIOXYflm7qnGEuRAL36cEJr4dcnZrgXd0cNRP8mvcuKUS'],
  ['bcrypt 2y', '$2y$10$lktwldrp65fau2Nlqriz5uHHLzZ3XEcxS7HH1suzqoQERniiHmJsK'],
  ['bcrypt 2a', '$2a$10$lktwldrp65fau2Nlqriz5uHHLzZ3XEcxS7HH1suzqoQERniiHmJsK'],
  ['PBKDF2', 'pbkdf2_sha256$260000$MErp4m4UHfoh$7H5mdnFlFoEew8hNQZ8Y9yP5i0MwieSnbOOlnmEl8U0='],
  ['the password itself', 'password123'],
  ['nothing', ''],
  ['a blank', ' '],
  ['a hash without its last character', KNOWN.slice(0, -1)],
  ['a hash without its digest', KNOWN.slice(0, KNOWN.lastIndexOf('$') + 1)],
  ['a hash with a character too many', `${KNOWN}.`],
  ['a hash with a line end', `${KNOWN}\n`],
  ['a hash in upper case', KNOWN.toUpperCase()],
  ['another version', KNOWN.replace('v=2', 'v=1')],
  ['another bcrypt inside', KNOWN.replace('t=2b', 't=2a')],
  ['no cost', KNOWN.replace('r=10', 'r=')],
  ['version 1 of the format', KNOWN.replace('v=2,t=2b,r=10', '2b,10')],
] as const;

describe('verifyPassword', () => {
  it.each(VECTORS)('agrees with passlib about $what', async ({ password, hash, wrongPassword }) => {
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(wrongPassword, hash)).toBe(false);
  });

  it.each(OTHER_KINDS)('never matches %s', async (_what, hash) => {
    expect(await verifyPassword('password123', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it.each(['r=0', 'r=3', 'r=32', 'r=99'])('never matches a cost that bcrypt does not know, %s', async (cost) => {
    expect(await verifyPassword('password123', KNOWN.replace('r=10', cost))).toBe(false);
  });

  it('does not match a digest under another salt', async () => {
    const [first, second] = await Promise.all([hashPassword('abcd1234', COST), hashPassword('abcd1234', COST)]);
    const mixed = first.slice(0, first.lastIndexOf('$')) + second.slice(second.lastIndexOf('$'));
    expect(await verifyPassword('abcd1234', mixed)).toBe(false);
  });
});

describe('hashPassword', () => {
  it.each([
    ['a word', 'abcd1234'],
    ['nothing', ''],
    ['a thousand characters', 'long 1 '.repeat(150)],
    ['many scripts', 'пароль 密码 ١٢٣ 🔑'],
    ['blanks at both ends', '  abcd1234  '],
  ])('makes a hash that matches %s', async (_what, password) => {
    const hash = await hashPassword(password, COST);
    expect(hash).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(`${password}x`, hash)).toBe(false);
  });

  it('makes another hash each time', async () => {
    expect(await hashPassword('abcd1234', COST)).not.toBe(await hashPassword('abcd1234', COST));
  });

  it.each([
    ['byte 73', `${'a'.repeat(72)}b`, `${'a'.repeat(72)}c`],
    ['what comes after a NUL', 'abcd1234\0b', 'abcd1234\0c'],
    ['a NUL at the end', 'abcd1234', 'abcd1234\0'],
    ['letter case', 'abcd1234', 'Abcd1234'],
    ['a blank at the end', 'abcd1234', 'abcd1234 '],
    ['the way an accent is composed', 'caf\u00e91234', 'cafe\u03011234'],
  ])('counts %s', async (_what, password, other) => {
    const hash = await hashPassword(password, COST);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(other, hash)).toBe(false);
  });
});

describe('costOf', () => {
  it.each(VECTORS)('reads 10 of the vector for $what', ({ hash }) => {
    expect(costOf(hash)).toBe(10);
  });

  it('reads the cost that a hash was made with', async () => {
    expect(costOf(await hashPassword('abcd1234', COST))).toBe(COST);
  });

  it.each(OTHER_KINDS)('is 0 for %s', (_what, hash) => {
    expect(costOf(hash)).toBe(0);
  });
});
