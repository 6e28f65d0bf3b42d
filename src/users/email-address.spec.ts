import { describe, expect, it } from '@jest/globals';
import { canonicalEmail, isEmailAddress } from './email-address.js';

describe('isEmailAddress', () => {
  it.each([
    ['the usual', 'ana@example.com'],
    ['capital letters', 'Ana.Putri@Example.COM'],
    ['one letter', 'a@b.co'],
    ['a tag', 'ana+kunci@example.com'],
    ['an apostrophe', "o'brien@example.com"],
    ['the other symbols of an atom', "!#$%&'*+-/=?^_`{|}~@example.com"],
    ['numbers', '12345@example.com'],
    ['a dot', 'ana.putri@example.com'],
    ['many domain labels', 'ana@mail.a-b.example.co.id'],
    ['a local part of 64 bytes', `${'a'.repeat(64)}@example.com`],
    ['a local part of 64 bytes in 32 letters', `${'é'.repeat(32)}@example.com`],
    ['an international domain', 'ana@münchen.de'],
    ['an international domain in ASCII', 'ana@xn--mnchen-3ya.de'],
    ['an international address', '用户@例子.广告'],
    ['an accent, composed', 'jos\u00e9@example.com'],
    ['an accent, decomposed', 'jose\u0301@example.com'],
  ])('takes %s', (_what, address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    ['the Kelvin sign', '\u212aana@example.com'],
    ['a Greek question mark', 'a\u037eb@example.com'],
    ['a label of 64', `ana@${'d'.repeat(64)}.com`],
  ])('refuses %s', (_what, address) => {
    expect(isEmailAddress(address)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['no domain', 'ana'],
    ['an empty domain', 'ana@'],
    ['an empty local part', '@example.com'],
    ['two at signs', 'a@b@example.com'],
    ['two at signs in a row', 'ana@@example.com'],
    ['a name around it', 'Ana <ana@example.com>'],
    ['angle brackets', '<ana@example.com>'],
    ['a list', 'ana@example.com,budi@example.com'],
    ['mailto', 'mailto:ana@example.com'],
    ['a domain without a dot', 'ana@localhost'],
    ['an IP address', 'ana@127.0.0.1'],
    ['an IP address in brackets', 'ana@[127.0.0.1]'],
    ['an IPv6 address in brackets', 'ana@[IPv6:::1]'],
    ['a top-level domain of numbers', 'ana@example.123'],
    ['a top-level domain of one letter', 'ana@example.c'],
    ['a domain that ends with a dot', 'ana@example.com.'],
    ['a domain that starts with a dot', 'ana@.example.com'],
    ['a domain label that starts with a hyphen', 'ana@-example.com'],
    ['a domain label that ends with a hyphen', 'ana@example-.com'],
    ['an underscore in the domain', 'ana@ex_ample.com'],
    ['two dots in the local part', 'a..b@example.com'],
    ['two dots in the domain', 'ana@example..com'],
    ['a dot at the start', '.ana@example.com'],
    ['a dot at the end of the local part', 'ana.@example.com'],
    ['a local part of 65 bytes', `${'a'.repeat(65)}@example.com`],
    ['a local part of 65 bytes in 33 letters', `${'é'.repeat(32)}a@example.com`],
    ['quotes', '"ana"@example.com'],
    ['quotes around a blank', '"ana putri"@example.com'],
    ['quotes around another address', '"ana@example.net,"@example.com'],
    ['a quote inside', 'an"a@example.com'],
    ['a comment', 'ana(work)@example.com'],
    ['a comment in the domain', 'ana@example.com(work)'],
    ['a backslash', 'an\\a@example.com'],
    ['a blank inside', 'ana putri@example.com'],
    ['a blank in the domain', 'ana@exam ple.com'],
    ['a blank at the start', ' ana@example.com'],
    ['a blank at the end', 'ana@example.com '],
    ['a tab', 'ana\t@example.com'],
    ['a no-break space', 'ana\u00a0putri@example.com'],
    ['an ideographic space', 'ana\u3000putri@example.com'],
    ['a line end', 'ana@example.com\n'],
    ['a line end inside', 'ana\r\n@example.com'],
    ['a header smuggled in', 'ana@example.com\r\nBcc: budi@example.com'],
    ['a NUL', 'ana\0@example.com'],
    ['a NUL at the end', 'ana@example.com\0'],
    ['a zero-width space', 'an\u200ba@example.com'],
    ['a zero-width joiner', 'an\u200da@example.com'],
    ['a zero-width space in the domain', 'ana@exam\u200bple.com'],
    ['a soft hyphen', 'an\u00ada@example.com'],
    ['a byte order mark', '\ufeffana@example.com'],
    ['a change of direction', 'ana\u202emoc@example.com'],
    ['a Hangul filler', 'ana\u3164@example.com'],
    ['a combining grapheme joiner', 'an\u034fa@example.com'],
    ['a variation selector', 'ana\ufe0f@example.com'],
    ['an invisible tag', 'ana\u{e0061}@example.com'],
    ['a private character', 'ana\ue000@example.com'],
    ['an unpaired surrogate', 'ana\ud800@example.com'],
    ['a ligature', '\ufb01ona@example.com'],
    ['a ligature in the domain', 'ana@\ufb01rm.com'],
    ['a full-width letter', '\uff41na@example.com'],
    ['a full-width letter in the domain', 'ana@\uff45xample.com'],
    ['a full-width at sign', 'ana\uff20example.com'],
    ['a full stop of another script', 'ana@example\u3002com'],
    ['a long s', 'ro\u017fe@example.com'],
    ['a superscript number', 'ana\u00b2@example.com'],
    ['a circled letter', '\u24d0na@example.com'],
  ])('refuses %s', (_what, address) => {
    expect(isEmailAddress(address)).toBe(false);
  });
});

describe('canonicalEmail', () => {
  it.each([
    ['letter case', 'Ana@Example.COM', 'ana@example.com'],
    ['letter case of another script', 'ИВАН@ПРИМЕР.РФ', 'иван@пример.рф'],
    ['letter case of an accent', 'JOSÉ@example.com', 'josé@example.com'],
    ['a blank at the end', 'ana@example.com ', 'ana@example.com'],
    ['a blank at the start', '\t ana@example.com', 'ana@example.com'],
    ['a line end', 'ana@example.com\r\n', 'ana@example.com'],
    ['a no-break space at the end', 'ana@example.com\u00a0', 'ana@example.com'],
    ['the way an accent is composed', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['the order of two accents', 'a\u0323\u0302@example.com', 'a\u0302\u0323@example.com'],
    ['a composed form that only exists in lower case', 'J\u030c@example.com', '\u01f0@example.com'],
    ['a full-width letter', '\uff21na@example.com', 'ana@example.com'],
    ['a ligature', '\ufb01ona@example.com', 'fiona@example.com'],
    ['a Kelvin sign', '\u212aai@example.com', 'kai@example.com'],
    ['an Angstrom sign', '\u212bsa@example.com', 'åsa@example.com'],
    ['a capital sharp s', 'STRA\u1e9eE@example.com', 'straße@example.com'],
  ])('makes %s no difference', (_what, one, other) => {
    expect(canonicalEmail(one)).toBe(canonicalEmail(other));
  });

  it.each([
    ['a sharp s and two s', 'straße@example.com', 'strasse@example.com'],
    ['a letter with an accent and one without', 'josé@example.com', 'jose@example.com'],
    ['a Turkish capital I with a dot and an i', 'İpek@example.com', 'ipek@example.com'],
    ['a dotless i and an i', 'ıpek@example.com', 'ipek@example.com'],
    ['letters of two scripts that look alike', 'аna@example.com', 'ana@example.com'],
    ['addresses with and without a dot', 'ana.putri@example.com', 'anaputri@example.com'],
    ['addresses with and without a tag', 'ana+kunci@example.com', 'ana@example.com'],
    ['domains', 'ana@example.com', 'ana@example.org'],
    ['an ø and an o', 'søren@example.com', 'soren@example.com'],
  ])('keeps %s apart', (_what, one, other) => {
    expect(canonicalEmail(one)).not.toBe(canonicalEmail(other));
  });

  it('is the address itself where there is nothing to change', () => {
    expect(canonicalEmail('ana.putri+kunci@example.com')).toBe('ana.putri+kunci@example.com');
  });

  it('changes nothing when it is applied again, whatever the character', () => {
    const changed: string[] = [];
    for (let code = 0x20; code <= 0x1_ffff; code++) {
      const once = canonicalEmail(`A${String.fromCodePoint(code)}\u0301b@example.com`);
      if (canonicalEmail(once) !== once) changed.push(`U+${code.toString(16)}`);
    }
    expect(changed).toEqual([]);
  });
});
