import { describe, expect, it } from '@jest/globals';
import { bearerToken, isCompactJws, subjectOf } from './access-token.js';

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

describe('isCompactJws', () => {
  it.each([
    [true, 'a token', TOKEN],
    [false, 'a token after the scheme', `Bearer ${TOKEN}`],
    [false, 'a token and more', `${TOKEN} `],
    [false, 'a refresh token', 'A'.repeat(86)],
    [false, 'claims of null', 'eyJhbGciOiJIUzI1NiJ9.bnVsbA.abc'],
    [false, 'nothing', ''],
  ])('is %s for %s', (expected, _what, text) => {
    expect(isCompactJws(text)).toBe(expected);
  });
});

describe('subjectOf', () => {
  const exp = 2_000_000_000;
  const sid = '31044aed-18e9-4ac8-b6cd-47bf5ccdcb99';

  it.each([
    ['1', 1],
    ['42', 42],
    ['2147483648', 2_147_483_648],
    ['999999999999999', 999_999_999_999_999],
  ])('is the number in the subject %s', (sub, id) => {
    expect(subjectOf({ sub, sid, exp })).toEqual({ userId: id, sessionId: sid });
    expect(Number.isSafeInteger(id)).toBe(true);
  });

  it.each([-3600, 0, 30])('takes a token that was issued at another clock, %i s from now', (seconds) => {
    expect(subjectOf({ sub: '1', sid, exp, iat: Date.now() / 1000 + seconds })).not.toBeNull();
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '1'],
    ['a number', 1],
    ['an array', ['1']],
    ['an empty object', {}],
    ['no expiry', { sub: '1', sid }],
    ['an expiry that is a text', { sub: '1', sid, exp: '2000000000' }],
    ['an expiry of null', { sub: '1', sid, exp: null }],
    ['a time of issue in an hour', { sub: '1', sid, exp, iat: Date.now() / 1000 + 3600 }],
    ['a time of issue that is a text', { sub: '1', sid, exp, iat: '1' }],
    ['no subject', { sid, exp }],
    ['a subject that is a number', { sub: 1, sid, exp }],
    ['a subject of null', { sub: null, sid, exp }],
    ['a subject that is an array', { sub: ['1'], sid, exp }],
    ['an empty subject', { sub: '', sid, exp }],
    ['the subject 0', { sub: '0', sid, exp }],
    ['a negative subject', { sub: '-1', sid, exp }],
    ['a subject with a sign', { sub: '+1', sid, exp }],
    ['a subject with a zero before it', { sub: '01', sid, exp }],
    ['a subject with a fraction', { sub: '1.0', sid, exp }],
    ['a subject with an exponent', { sub: '1e3', sid, exp }],
    ['a subject in another base', { sub: '0x1', sid, exp }],
    ['a subject with letters behind it', { sub: '1abc', sid, exp }],
    ['a subject with a blank', { sub: '1 ', sid, exp }],
    ['a subject with a line end', { sub: '1\n', sid, exp }],
    ['a subject in numbers of another script', { sub: '١', sid, exp }],
    ['a subject with SQL behind it', { sub: '1 OR 1=1', sid, exp }],
    ['a subject of 16 numbers, which a number cannot hold exactly', { sub: '9999999999999999', sid, exp }],
    ['no session', { sub: '1', exp }],
    ['a session that is a number', { sub: '1', sid: 1, exp }],
    ['a session that is an array', { sub: '1', sid: [sid], exp }],
    ['a session that is no UUID', { sub: '1', sid: 'x', exp }],
    ['a session with SQL behind it', { sub: '1', sid: `${sid}' OR '1'='1`, exp }],
    ['a session with a line end', { sub: '1', sid: `${sid}\n`, exp }],
  ])('is null for claims with %s', (_what, claims: unknown) => {
    expect(subjectOf(claims)).toBeNull();
  });
});
