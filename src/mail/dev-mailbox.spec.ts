import { expect, it } from '@jest/globals';
import { DevMailbox } from './dev-mailbox.js';

it('keeps the newest fifty mails, the newest first', () => {
  const mailbox = new DevMailbox();
  const content = { to: 'ana@example.com', subject: '', text: '', html: '', at: new Date() };
  for (let i = 1; i <= 60; i++) mailbox.keep({ id: String(i), ...content });
  const ids = mailbox.list().map(({ id }) => id);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([50, '60', '11']);
});
