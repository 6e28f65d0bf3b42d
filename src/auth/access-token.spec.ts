import { describe, expect, it } from '@jest/globals';
import { bearerToken, userIdOf } from './access-token.js';

/** The shape of a compact JWS; nobody checks its signature here. */
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.A-b_9';

describe('bearerToken', () => {
  it.each([
    ['as usual', `Bearer ${TOKEN}`],
    ['in lower case', `bearer ${TOKEN}`],
    ['in upper case', `BEARER ${TOKEN}`],
    ['in mixed case', `bEaReR ${TOKEN}`],
    ['after several blanks', `Bearer   ${TOKEN}`],
    ['before blanks', `Bearer ${TOKEN}  `],
  ])('reads the token %s', (_how, authorization) => {
    expect(bearerToken({ headers: { authorization } })).toBe(TOKEN);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a blank', 'Bearer '],
    ['the token alone', TOKEN],
    ['another scheme', `Basic ${TOKEN}`],
    ['a scheme that starts alike', `Bearers ${TOKEN}`],
    ['no blank between them', `Bearer${TOKEN}`],
    ['a tab between them', `Bearer\t${TOKEN}`],
    ['a blank before them', ` Bearer ${TOKEN}`],
    ['quotes', `Bearer "${TOKEN}"`],
    ['something behind the token', `Bearer ${TOKEN} more`],
    ['two tokens', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ['a line end', `Bearer ${TOKEN}\n`],
    ['a word', 'Bearer abc'],
    ['two parts', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0'],
    ['no signature', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['four parts', `Bearer ${TOKEN}.x`],
    ['five parts, an encrypted token', 'Bearer eyJh.eyJz.abc.def.ghi'],
    ['padding', `Bearer ${TOKEN}=`],
    ['base64 that is not for URLs', 'Bearer eyJh+.eyJz/.abc'],
    ['claims of null', 'Bearer eyJhbGciOiJIUzI1NiJ9.bnVsbA.abc'],
    ['claims of an array', 'Bearer eyJhbGciOiJIUzI1NiJ9.W10.abc'],
    ['a header that is no object', `Bearer bnVsbA.eyJzdWIiOiIxIn0.abc`],
  ])('finds none in %s', (_what, authorization) => {
    expect(bearerToken({ headers: { authorization } })).toBeNull();
  });
});

describe('userIdOf', () => {
  const exp = 2_000_000_000;

  it.each([
    ['1', 1],
    ['42', 42],
    ['2147483648', 2_147_483_648],
    ['999999999999999', 999_999_999_999_999],
  ])('is the number in the subject %s', (sub, id) => {
    expect(userIdOf({ sub, exp })).toBe(id);
    expect(Number.isSafeInteger(userIdOf({ sub, exp }))).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '1'],
    ['a number', 1],
    ['an array', ['1']],
    ['an empty object', {}],
    ['no expiry', { sub: '1' }],
    ['an expiry that is a text', { sub: '1', exp: '2000000000' }],
    ['an expiry of null', { sub: '1', exp: null }],
    ['no subject', { exp }],
    ['a subject that is a number', { sub: 1, exp }],
    ['a subject of null', { sub: null, exp }],
    ['a subject that is an array', { sub: ['1'], exp }],
    ['an empty subject', { sub: '', exp }],
    ['the subject 0', { sub: '0', exp }],
    ['a negative subject', { sub: '-1', exp }],
    ['a subject with a sign', { sub: '+1', exp }],
    ['a subject with a zero before it', { sub: '01', exp }],
    ['a subject with a fraction', { sub: '1.0', exp }],
    ['a subject with an exponent', { sub: '1e3', exp }],
    ['a subject in another base', { sub: '0x1', exp }],
    ['a subject with letters behind it', { sub: '1abc', exp }],
    ['a subject with a blank', { sub: '1 ', exp }],
    ['a subject with a line end', { sub: '1\n', exp }],
    ['a subject in numbers of another script', { sub: '١', exp }],
    ['a subject with SQL behind it', { sub: '1 OR 1=1', exp }],
    ['a subject of 16 numbers, which a number cannot hold exactly', { sub: '9999999999999999', exp }],
  ])('is null for claims with %s', (_what, claims: unknown) => {
    expect(userIdOf(claims)).toBeNull();
  });
});
