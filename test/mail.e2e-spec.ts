import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSender } from '../src/mail/mail-sender.service.js';
import { Outbox } from '../src/mail/outbox.service.js';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';
import { MailServer } from './support/mail-server.js';
import { OutboxTable, resetMail } from './support/outbox.js';
import { eventually } from './support/process.js';

describe(`mail (${ENGINE})`, () => {
  let server: MailServer;
  let test: TestApp;
  let outbox: Outbox;
  let table: OutboxTable;
  beforeAll(async () => {
    server = await MailServer.start();
    test = await startApp(server.settings);
    outbox = test.app.get(Outbox);
    table = new OutboxTable(test.dataSource);
  });
  afterEach(async () => {
    server.behaviour = 'accept';
    await table.clear();
  });
  afterAll(async () => {
    await test.stop();
    await server.stop();
  });

  const isEmpty = () => table.rows().then((rows) => rows.length === 0);

  it('arrives as text and as HTML, from whom the settings say, with an id of our own host', async () => {
    const to = newEmail();
    await outbox.add(resetMail(to));
    const [mail] = await server.to(to);
    expect(mail).toMatchObject({ from: 'kunci@example.com', to: [to] });
    const { parsed, raw } = mail!;
    expect(parsed.subject).toBe('Choose a new password');
    expect(parsed.from?.value).toEqual([{ name: 'Kunci Test', address: 'kunci@example.com' }]);
    expect(parsed.messageId).toMatch(/^<[\da-f-]{36}@accounts\.example\.com>$/);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.attachments).toEqual([]);
    expect(mail?.text).toContain('https://accounts.example.com/reset-password?token=secret');
    expect(mail?.html).toContain('href="https://accounts.example.com/reset-password?token&#x3D;secret"');
    // RFC 5322, section 2.1.1.
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
    await eventually(isEmpty);
  });

  it('speaks the language that it was given', async () => {
    const to = newEmail();
    await outbox.add({ ...resetMail(to), language: 'id' });
    const [mail] = await server.to(to);
    expect(mail?.parsed.subject).toBe('Buat kata sandi baru');
    expect(mail?.html).toContain('<html lang="id">');
  });

  it('goes to addresses with letters of all kinds', async () => {
    const to = `jürgen.${Date.now()}@bücher.example`;
    await outbox.add(resetMail(to));
    await eventually(() => server.mails.some(({ to: [address] }) => address?.startsWith('jürgen.')));
  });

  it('to nobody goes nowhere, and leaves nothing behind', async () => {
    const { length: before } = server.mails;
    await outbox.add(resetMail(null));
    await eventually(isEmpty);
    expect(server.mails).toHaveLength(before);
  });

  it('is kept so that who reads the table learns no address and no link', async () => {
    server.behaviour = { at: 'sender', code: 451 };
    const [ana, bob] = [newEmail(), newEmail()];
    await outbox.add(resetMail(ana));
    await outbox.add(resetMail(bob));
    await eventually(async () => (await table.rows()).every(({ dueAt, attempts }) => attempts === 1 && isSoon(dueAt)));
    const rows = await table.rows();
    expect(rows).toHaveLength(2);
    const seen = rows.flatMap(({ sealedMail, id }) => [
      JSON.stringify({ id, sealedMail }),
      Buffer.from(sealedMail, 'base64url').toString('latin1'),
    ]);
    for (const word of [ana, bob, 'example.com', 'token', 'secret', 'reset-password', 'https']) {
      expect(seen.join('\n')).not.toContain(word);
    }
    // A row in the place of another would send Ana's link to Bob.
    const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
    await table.clear();
    await table.add({ ...one, sealedMail: other.sealedMail, attempts: 0 }, { ...other, sealedMail: one.sealedMail });
    server.behaviour = 'accept';
    const { length: before } = server.mails;
    await table.endPauses();
    test.app.get(MailSender).wake();
    await eventually(async () => (await table.rows()).every(({ dueAt }) => isSoon(dueAt)));
    expect(server.mails).toHaveLength(before);
  });

  it.each([
    'ana@example.com\r\nBcc: everybody@example.com',
    'ana@example.com\nSubject: You have won',
    'ana@example.com\r\n.\r\nMAIL FROM:<x@example.com>',
    'ana@example.com>\r\nRCPT TO:<everybody@example.com',
    'ana@example.com, everybody@example.com',
    'everybody@example.com <ana@example.com>',
    '"everybody@example.com" x@example.com',
    'Group: everybody@example.com;',
  ])('goes to no one if what is passed off as an address could be read as something else: %j', async (to) => {
    const { length: before } = server.mails;
    await outbox.add(resetMail(to));
    await eventually(isEmpty);
    expect(server.mails).toHaveLength(before);
  });

  it('is not added to by what its values say', async () => {
    const to = newEmail();
    const link = 'https://x\r\nBcc: everybody@example.com\r\n\r\n.\r\nQUIT';
    await outbox.add({ template: 'email-changed', to, language: 'en', values: { link, days: 7 } });
    const [mail] = await server.to(to);
    expect(mail?.to).toEqual([to]);
    expect([...(mail?.parsed.headers.keys() ?? [])].sort()).toEqual(HEADERS);
    expect(mail?.text).toContain('Bcc: everybody@example.com');
  });
});

const HEADERS = ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];

/** Put off after a failure, and not for as long as a claim. */
const isSoon = (dueAt: Date) => dueAt.getTime() > Date.now() && dueAt.getTime() < Date.now() + 40_000;
