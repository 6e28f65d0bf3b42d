import { describe, expect, it } from '@jest/globals';
import { kindOf, verifierOf } from './hash-kinds.js';

const PASSWORD = 'password123';

/** Of every kind, by the libraries that test/support/hash-vectors.json names, at the least cost: thousands are tried. */
const HASHES = [
  '$bcrypt-sha256$v=2,t=2b,r=4$VCA5aBeDSoYeUAzNzhMC6e$ZUHoN8Rjda9MaFW1RwbOj7wrN9BW5.e',
  'scrypt:1024:8:1$Zz09Yy18$d6efd35add2bd3735ef7f4c028ba64e8474543856b50c5e67149c6684683e333f9cafdbddbeae54ca5f1a83efab644f6db19118c81210ddab8a1f92514720560',
  'pbkdf2:sha256:1000$OcvjMi0CgpK32UGw$349f0c2e787de28b86b3066240180eae90af92e2ff0ed94896b60af1e7ecbc39',
  '$2b$04$N5goq7WsLbbQqigOPyBsLOLHOQk6sBTGjLicgEEFt8L02mETooMTK',
  'pbkdf2_sha256$1000$D28psrHRIr2Yrr9fnN7Yp3$SpY22NN35NVOV6ZuvFKVBsGiTCTlGgdsHMrQvPVn+gY=',
  '$bcrypt-sha256$2b,4$90JCvxBlB8jSVp8sbutN4e$J4oybEPB6M9xk02sC5ctg8H3t239t5K',
  '$argon2id$v=19$m=64,t=1,p=1$nw5ZHHooQoOGE//p1x2Idw$NCBhnXNJQGWPsEMMsLiCjg',
];

/** What the formats are written with, and what they are not. */
const CHARACTERS = ['🔑', '\ud800', ...'$$$:,=./+-!029abyABZ \n\0é'.split('')];

describe('a hash that is damaged', () => {
  it.each(HASHES)('never matches and never throws: %s', async (hash) => {
    expect(await verifierOf(hash)?.(PASSWORD)).toBe(true);
    const random = randomNumbers(2_025);
    for (let round = 0; round < 1_000; round++) {
      const damaged = damage(hash, random);
      if (meaningOf(damaged) === meaningOf(hash)) continue;
      const matches = await verifierOf(damaged)?.(PASSWORD);
      expect([damaged, matches ?? false]).toEqual([damaged, false]);
    }
  });

  it('is unknown if it is nothing but its characters', () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 20_000; round++) {
      const characters = [...HASHES[random(HASHES.length)]!, ...CHARACTERS];
      const text = Array.from({ length: random(300) }, () => characters[random(characters.length)]).join('');
      expect([text, kindOf(text), verifierOf(text)]).toEqual([text, 'unknown', undefined]);
    }
  });
});

function damage(hash: string, random: (below: number) => number): string {
  const [at, other] = [random(hash.length), random(hash.length)];
  const character = random(2) ? CHARACTERS[random(CHARACTERS.length)]! : hash[other]!;
  const ways = [
    () => hash.slice(0, at) + character + hash.slice(at + 1),
    () => hash.slice(0, at) + character + hash.slice(at),
    () => hash.slice(0, at) + hash.slice(at + 1),
    () => hash.slice(0, at),
    () => hash.slice(at),
    () => hash.slice(0, at) + hash.slice(other),
    () => hash.slice(0, at) + hash.charAt(at).toUpperCase() + hash.slice(at + 1),
  ];
  return ways[random(ways.length)]!();
}

/** bcrypt's names for the same function are the same, and of the last character of its salt four bits are not read. */
function meaningOf(hash: string): string {
  return hash.replace(/^\$2[aby](\$\d\d\$.{21})./, '$2$1.').replace(/^(\$bcrypt-sha256)\$2[ab](,\d\$.{21})./, '$1$2.');
}

/** The same on every run (mulberry32). @returns whole numbers from 0 */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
