import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, faultyNames, readWithSecret, SECRET_KEY } from '../../test/support/settings.js';

const SMTP = {
  SMTP_URL: 'smtps://kunci:hunter2@mail.example.com:465',
  MAIL_FROM: 'Kunci <kunci@example.com>',
  PUBLIC_URL: 'https://accounts.example.com',
};

describe('SMTP_URL', () => {
  it('makes mails go out, and needs to know from whom and where links lead', () => {
    expect(readWithSecret(SMTP).mail).toEqual({
      transport: 'smtp',
      smtpUrl: SMTP.SMTP_URL,
      from: { name: 'Kunci', address: 'kunci@example.com' },
      publicUrl: 'https://accounts.example.com',
    });
    expect(faultsOf({ SECRET_KEY, SMTP_URL: SMTP.SMTP_URL })).toEqual([
      'MAIL_FROM is required because SMTP_URL is set',
      expect.stringMatching(/^PUBLIC_URL is required because SMTP_URL is set/),
    ]);
  });

  it.each([
    'smtp://127.0.0.1',
    'smtp://mail.example.com:587/?requireTLS=true&name=kunci.example.com',
    'smtp://[::1]:1025',
    'smtps://kunci:p%23ss%40w@mail.example.com?tls.rejectUnauthorized=false',
    'smtp://localhost:25?ignoreTLS=true',
  ])('may be %s', (url) => {
    expect(readWithSecret({ ...SMTP, SMTP_URL: url }).mail).toMatchObject({ transport: 'smtp', smtpUrl: url });
  });

  it.each([
    ...['mail.example.com', 'localhost:25', 'http://mail.example.com', 'smtp:mail.example.com', 'smtp://', 'SMTP'],
    ...['smtp://u:hunter2#@mail.example.com', 'smtp://mail.example.com:99999', 'smtp://mail.example.com/hunter2'],
    ...['smtp://mail.example.com?sendmail=true&path=/bin/sh', 'smtp://mail.example.com?logger=true', 'direct://x'],
    ...['smtp://mail.example.com?service=gmail', 'smtp://mail.example.com?pool=true', 'smtp://mail.example.com#x'],
  ])('is refused as %s, and its value is not told', (url) => {
    const faults = faultsOf({ ...SMTP, SECRET_KEY, SMTP_URL: url });
    expect(faults).toEqual([expect.stringMatching(/^SMTP_URL must be a URL such as /)]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('may stand in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kunci-smtp-'));
    const path = join(folder, 'url');
    writeFileSync(path, `${SMTP.SMTP_URL}\n`);
    const variables = { ...SMTP, SMTP_URL: '', SMTP_URL_FILE: path };
    expect(readWithSecret(variables).mail).toMatchObject({ transport: 'smtp', smtpUrl: SMTP.SMTP_URL });
    rmSync(folder, { recursive: true });
    expect(faultyNames({ ...variables, SECRET_KEY })).toEqual(['SMTP_URL_FILE']);
  });
});

describe('MAIL_FROM', () => {
  it.each([
    ['kunci@example.com', '', 'kunci@example.com'],
    ['<kunci@example.com>', '', 'kunci@example.com'],
    ['Kunci, the key <kunci@example.com>', 'Kunci, the key', 'kunci@example.com'],
    ['"Kunci, the key" <kunci@example.com>', 'Kunci, the key', 'kunci@example.com'],
    ['Kuncí & Söhne <kunci@example.com>', 'Kuncí & Söhne', 'kunci@example.com'],
  ])('is read from %s', (text, name, address) => {
    expect(readWithSecret({ ...SMTP, MAIL_FROM: text }).mail.from).toEqual({ name, address });
  });

  it.each([
    ...['Kunci', 'kunci', '@example.com', 'kunci@', 'a@example.com, b@example.com', 'A <a@example.com>; b@example.com'],
    ...['Group: a@example.com;', 'Kunci <kunci@example.com>\r\nBcc: all@example.com', 'a@example.com b@example.com'],
    ...['Kunci <a@example.com> <b@example.com>', 'a@b@example.com', '"a b"@example.com', 'Kunci\u0000 <a@example.com>'],
  ])('is refused as %j', (text) => {
    expect(faultyNames({ ...SMTP, SECRET_KEY, MAIL_FROM: text })).toEqual(['MAIL_FROM']);
    expect(faultyNames({ SECRET_KEY, MAIL_FROM: text })).toEqual(['MAIL_FROM']);
  });
});

describe('PUBLIC_URL', () => {
  it.each([
    ['https://accounts.example.com/', 'https://accounts.example.com'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['HTTPS://Accounts.Example.COM:443', 'https://accounts.example.com'],
    ['https://künci.example', 'https://xn--knci-0ra.example'],
  ])('may be %s', (text, publicUrl) => {
    expect(readWithSecret({ ...SMTP, PUBLIC_URL: text }).mail.publicUrl).toBe(publicUrl);
  });

  it.each([
    ...['accounts.example.com', 'ftp://example.com', 'https://', 'javascript:alert(1)', 'https://example.com/path'],
    ...['https://example.com/?a=1', 'https://example.com/#a', 'https://user@example.com', 'https://u:p@example.com'],
    ...['//example.com', 'https://example.com//', 'data:text/html,x', 'blob:https://example.com/'],
  ])('is refused as %s', (text) => {
    expect(faultyNames({ ...SMTP, SECRET_KEY, PUBLIC_URL: text })).toEqual(['PUBLIC_URL']);
    expect(faultyNames({ SECRET_KEY, PUBLIC_URL: text })).toEqual(['PUBLIC_URL']);
  });

  it.each([
    [{}, 'http://127.0.0.1:8080'],
    [{ HOST: '::1', PORT: '81' }, 'http://[::1]:81'],
    [{ HOST: '0.0.0.0' }, 'http://localhost:8080'],
    [{ HOST: '::' }, 'http://localhost:8080'],
  ])('is made up for from %o as long as no mail goes out', (variables, publicUrl) => {
    expect(readWithSecret(variables).mail.publicUrl).toBe(publicUrl);
  });
});

describe('the mailbox of developers', () => {
  const transportOf = (variables: NodeJS.ProcessEnv) =>
    readWithSecret({ NODE_ENV: 'development', ...variables }).mail.transport;

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('takes the mails if HOST is %s', (HOST) => {
    expect(transportOf({ HOST })).toBe('mailbox');
  });

  it.each([
    { NODE_ENV: 'production' },
    { NODE_ENV: '' },
    { NODE_ENV: 'test' },
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.168.1.2' },
    { HOST: 'example.com' },
    { TRUST_PROXY: '127.0.0.1' },
    { WEB_CONCURRENCY: '2', REDIS_URL: 'redis://127.0.0.1' },
  ])('does not with %o', (variables) => {
    expect(transportOf(variables)).toBe('none');
  });

  it('does not where mails go out', () => {
    expect(transportOf(SMTP)).toBe('smtp');
  });
});

describe('REQUIRE_VERIFIED_EMAIL', () => {
  it.each([SMTP, { NODE_ENV: 'development' }])('may be on with %o', (variables) => {
    expect(readWithSecret({ ...variables, REQUIRE_VERIFIED_EMAIL: 'on' }).accounts.requireVerifiedEmail).toBe(true);
  });

  it('is refused where mails go nowhere', () => {
    expect(faultsOf({ SECRET_KEY, REQUIRE_VERIFIED_EMAIL: 'on' })).toEqual([
      expect.stringMatching(/^SMTP_URL is required because REQUIRE_VERIFIED_EMAIL is on/),
    ]);
  });
});

describe('BREACHED_PASSWORDS_URL', () => {
  it.each([
    ['https://api.pwnedpasswords.com/range/', 'https://api.pwnedpasswords.com/range'],
    ['http://127.0.0.1:9000/range', 'http://127.0.0.1:9000/range'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
  ])('may be %s', (text, url) => {
    expect(readWithSecret({ BREACHED_PASSWORDS_URL: text }).passwords.breachedUrl).toBe(url);
  });

  it.each([
    ...['http://api.pwnedpasswords.com/range', 'api.pwnedpasswords.com', 'ftp://127.0.0.1', 'https://u:p@example.com/'],
    ...[
      'https://example.com/?key=hunter2',
      'https://example.com/#a',
      'file:///etc/passwd',
      'http://127.0.0.1.example/',
    ],
  ])('is refused as %s', (text) => {
    const faults = faultsOf({ SECRET_KEY, BREACHED_PASSWORDS_URL: text });
    expect(faults).toEqual([expect.stringMatching(/^BREACHED_PASSWORDS_URL must be an https URL/)]);
    expect(faults.join()).not.toContain('hunter2');
  });
});
