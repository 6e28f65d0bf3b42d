import { describe, expect, it } from '@jest/globals';
import { readWithSecret } from '../../test/support/settings.js';
import { LANGUAGES, translate } from '../i18n/languages.js';
import { type Mail, SUBJECTS } from './mail.js';
import { MailRenderer } from './mail-renderer.js';

const PUBLIC_URL = 'https://accounts.example.com';
const LINK = `${PUBLIC_URL}/somewhere?token=${'x'.repeat(43)}`;

const renderer = new MailRenderer(readWithSecret({ PUBLIC_URL }));

type Content = Pick<Mail, 'template' | 'values'>;

const MAILS: readonly Content[] = [
  { template: 'verify-email', values: { link: LINK, hours: 24 } },
  { template: 'already-registered', values: { link: LINK, resetLink: `${PUBLIC_URL}/reset` } },
  { template: 'reset-password', values: { link: LINK, minutes: 30 } },
  { template: 'password-changed', values: {} },
  { template: 'change-email', values: { link: LINK, hours: 24 } },
  { template: 'email-changed', values: { link: LINK, days: 7 } },
  { template: 'account-deleted', values: {} },
];

const everyMail = MAILS.flatMap((mail) => LANGUAGES.map((language) => [mail.template, language, mail] as const));

const render = (mail: Content, language = 'en') => renderer.render({ ...mail, language });

/** What a person reads of it. */
const readable = (html: string) =>
  unescaped(
    html
      .replace(/<(style|title)>[^]*?<\/\1>/g, '')
      .replace(/<br>|<\/p>|<\/h1>/g, '\n')
      .replace(/<[^>]+>/g, ''),
  );

const unescaped = (html: string) =>
  html
    .replace(/&#x([\da-f]+);/gi, (_whole, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/&(amp|lt|gt|quot);/g, (_whole, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '');

const buttonOf = (html: string) => unescaped(/<a class="button" href="([^"]+)"/.exec(html)?.[1] ?? '');

describe('a mail', () => {
  it('has its views, one for each of the templates', () => {
    expect(MAILS.map(({ template }) => template)).toEqual(Object.keys(SUBJECTS));
  });

  it.each(everyMail)('%s speaks %s, in its subject too', (template, language, mail) => {
    const { subject, text, html } = render(mail, language);
    expect(subject).toBe(translate(SUBJECTS[template], language));
    expect(text.startsWith(`${subject}\n\n`)).toBe(true);
    expect(html).toMatch(/^<!doctype html>\n<html lang="/);
    expect(html).toContain(`<html lang="${language}">`);
    if (language !== 'en') expect(text).not.toBe(render(mail).text);
  });

  it.each(everyMail)(
    '%s in %s says the same as text and as HTML, and shows all its values',
    (_name, language, mail) => {
      const { text, html } = render(mail, language);
      const shown = readable(html);
      const lines = text.split('\n').filter((line) => line !== '' && line !== '-- ');
      expect(lines.length).toBeGreaterThanOrEqual(4);
      for (const line of lines) {
        for (const piece of line.split(/: (?=https:)/)) expect(shown).toContain(piece);
      }
      for (const value of Object.values(mail.values)) {
        expect(text).toContain(String(value));
        expect(shown).toContain(String(value));
      }
      expect(text + html).not.toMatch(/\{\{|undefined|null|NaN|\[object/);
    },
  );

  it.each(everyMail)('%s in %s loads nothing, runs nothing and leads nowhere else', (_name, language, mail) => {
    const { text, html } = render(mail, language);
    expect(html).not.toMatch(/<(img|script|link|iframe|form|object|base)\b|src=|url\(|@import|\son\w+=/i);
    for (const [url] of readable(html).matchAll(/\w+:\/\/\S+/g)) expect(url.startsWith(`${PUBLIC_URL}/`)).toBe(true);
    for (const [url] of text.matchAll(/\w+:\/\/\S+/g)) expect(url.startsWith(`${PUBLIC_URL}/`)).toBe(true);
  });

  it.each(['verify-email', 'reset-password', 'change-email', 'email-changed'])('%s has its link to click', (name) => {
    const mail = MAILS.find(({ template }) => template === name);
    const { html, text } = render(mail ?? MAILS[0]!);
    expect(buttonOf(html)).toBe(LINK);
    expect(text.split('\n')).toContain(LINK);
  });

  const leadingTo = (link: string) => render({ template: 'email-changed', values: { link, days: 7 } });

  it.each([
    '"><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)'",
    '{{days}}',
    '{{{days}}}$t(Log in)',
    '&amp;&lt;b&gt;',
  ])('shows the value %s as it is, and is not led astray by it', (value) => {
    const { html, text } = leadingTo(value);
    expect(text.split('\n')).toContain(value);
    expect(buttonOf(html)).toBe(value);
    expect(html).not.toMatch(/<(script|img)|\sonmouseover='/);
    const tagsOf = (page: string) => page.match(/<\w+/g);
    expect(tagsOf(html)).toEqual(tagsOf(leadingTo(LINK).html));
  });

  it('is not made without one of its values', () => {
    const lacking = { template: 'reset-password', values: { minutes: 30 } } as unknown as Content;
    expect(() => render(lacking)).toThrow(/link/);
    expect(() => render({ template: 'unknown', values: {} } as unknown as Content)).toThrow();
  });
});
