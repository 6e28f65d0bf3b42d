import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Visitor } from './support/visitor.js';

const INDONESIAN = { 'accept-language': 'id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7' };

describe('language of the pages', () => {
  let test: TestApp;
  let visitor: Visitor;
  let indonesian: Visitor;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    visitor = new Visitor(test.api);
    indonesian = new Visitor(test.api, INDONESIAN);
  });

  it('is that of the browser, or English', async () => {
    const english = (await visitor.get('/register')).text;
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('<title>Register · Kunci</title>');
    const page = (await indonesian.get('/register')).text;
    expect(page).toContain('<html lang="id">');
    expect(page).toContain('<title>Daftar · Kunci</title>');
    expect(page).toContain('<h1>Daftar</h1>');
    expect(page).toContain('<label for="password">Kata sandi</label>');
    expect(page).toContain('data-missing="Kolom ini wajib diisi."');
    expect(page).toContain('alt="Kunci, ke beranda"');
  });

  it('is that of faulty forms, notices and errors', async () => {
    const faulty = await indonesian.submit('/register', { name: 'Ana', email: 'nope', password: '' });
    expect(faulty.status).toBe(400);
    expect(faulty.text).toContain('<title>Kesalahan: Daftar · Kunci</title>');
    expect(faulty.text).toContain('<a href="#email">Email: Alamat email tidak valid.</a>');
    expect(faulty.text).toMatch(/id="password-errors"[^>]*><li>Kolom ini wajib diisi\.<\/li>/);
    const refused = await indonesian.submit('/login', { email: 'nobody@example.com', password: 'wrong 1234' });
    expect(refused.text).toContain('<p>Email atau kata sandi salah.</p>');
    await indonesian.get('/account');
    expect((await indonesian.get('/login')).text).toContain('Silakan masuk untuk melihat halaman ini.');
    const missing = (await indonesian.get('/nope')).text;
    expect(missing).toContain('<html lang="id">');
    expect(missing).toContain('<h1>Tidak ditemukan</h1>');
    expect(missing).toContain('Tidak ada apa pun di alamat ini.');
  });

  it('is that of devices and dates', async () => {
    const person = await test.api.person({ name: '$t(Log in) {{email}} <b>' });
    await test.api.logIn(person);
    await new Visitor(test.api, { 'user-agent': 'Mozilla/5.0' }).submit('/login', { ...person });
    await indonesian.submit('/login', { ...person });
    expect((await indonesian.get('/')).text).toContain('<h1>Halo, $t(Log in) {{email}} &lt;b&gt; <');
    const page = (await indonesian.get('/account')).text;
    expect(page).toContain('<strong>Peramban tidak dikenal</strong>');
    expect(page).toMatch(/aria-label="Keluar dari [^"]+, terakhir aktif \d+ \w+ \d{4}, \d\d\.\d\d UTC"/);
  });

  it('is that of the words around the API reference, which is English', async () => {
    const page = (await indonesian.get('/docs')).text;
    expect(page).toContain('Setiap jawaban berupa JSON dalam satu amplop: <code>status</code>');
    expect(page).toContain('<code>Authorization: Bearer &lt;access_token&gt;</code>');
    expect(page).toContain('<p lang="en">Shows who is logged in.</p>');
    expect((await visitor.get('/docs')).text).toContain(
      'Every answer is JSON in one envelope: <code>status</code>, <code>message</code>',
    );
  });
});
