import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LANGUAGES, translate } from '../src/i18n/languages.js';
import { User } from '../src/users/user.entity.js';
import { newPerson, type Person } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { rawGet } from './support/raw-request.js';

const INDONESIAN = { 'accept-language': 'id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7' };

describe('language of the API', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    test.api.send('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const as = (token: string, headers: Record<string, string> = {}) =>
    test.api.send('GET', '/api/user-info', { headers: { authorization: `Bearer ${token}`, ...headers } });

  /** As the person chooses it in the account. */
  const chooseFor = ({ email }: Person, language: string | null) =>
    test.dataSource.getRepository(User).update({ email }, { language });

  it.each([
    ['id', 'Gagal masuk'],
    ['ID', 'Gagal masuk'],
    ['id-ID', 'Gagal masuk'],
    ['id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7', 'Gagal masuk'],
    ['en;q=0.5, id;q=0.6', 'Gagal masuk'],
    ['xx, id;q=0.1', 'Gagal masuk'],
    ['en;q=0, *', translate('Login failed', LANGUAGES[1] ?? '')],
    ['*', 'Login failed'],
    ['', 'Login failed'],
    ['en', 'Login failed'],
    ['en-GB, id;q=0.9', 'Login failed'],
    ['en, id', 'Login failed'],
    ['id;q=0', 'Login failed'],
    ['xx', 'Login failed'],
    ['xx, xy;q=0.5', 'Login failed'],
    ['id;q=x', 'Login failed'],
    ['__proto__, constructor;q=0.5', 'Login failed'],
  ])('goes by Accept-Language: %s', async (language, message) => {
    const answer = await send('/api/login', newPerson(), { 'accept-language': language });
    expect([answer.status, answer.body.message]).toEqual([401, message]);
  });

  it.each([
    ['one that never ends', `x${'-a'.repeat(6_000)}`],
    ['thousands', 'x-a,'.repeat(3_000)],
    ['one behind thousands of blanks', `x${' '.repeat(12_000)}y`],
  ])('takes no time over a language that is %s', async (_what, language) => {
    const beganAt = performance.now();
    const answer = await send('/api/refresh', { refresh_token: 'x' }, { 'accept-language': language });
    expect([answer.status, answer.body.message]).toEqual([401, 'Unauthorized']);
    expect(performance.now() - beganAt).toBeLessThan(500);
  });

  it('is English for a client that names none', async () => {
    const { text } = await rawGet(test.url, '/api/user-info');
    expect(JSON.parse(text)).toMatchObject({ message: 'Unauthorized', error: 'An access token is required.' });
    expect((await rawGet(test.url, '/login')).text).toContain('<html lang="en">');
  });

  it('is that of the message, the error and the faults of fields', async () => {
    const faulty = await send('/api/register', { name: ' ', email: 'nope', password: 'abc' }, INDONESIAN);
    expect([faulty.status, faulty.body.message, faulty.body.error]).toEqual([
      400,
      'Validasi gagal',
      {
        name: ['Kolom ini wajib diisi.'],
        email: ['Alamat email tidak valid.'],
        password: ['Kata sandi harus terdiri dari minimal 8 karakter.', 'Kata sandi harus berisi huruf dan angka.'],
      },
    ]);
    const person = newPerson();
    const registered = await send('/api/register', person, INDONESIAN);
    expect([registered.status, registered.body.message]).toEqual([201, 'Pengguna berhasil didaftarkan']);
    expect(registered.body.data.user.name).toBe('Ana');
    const taken = await send('/api/register', person, INDONESIAN);
    expect(taken.body.error).toEqual({ email: ['Email sudah terdaftar. Silakan gunakan alamat email lain.'] });
    const loggedIn = await send('/api/login', person, INDONESIAN);
    expect([loggedIn.status, loggedIn.body.message]).toEqual([200, 'Berhasil masuk']);
  });

  it.each([
    ['GET', '/api/nope', 404, 'Tidak ditemukan', 'Tidak ada apa pun di alamat ini.'],
    ['PUT', '/api/login', 405, 'Metode tidak diizinkan', 'Alamat ini tidak menerima metode tersebut.'],
    ['GET', '/api/user-info', 401, 'Tidak berwenang', 'Token akses diperlukan.'],
    ['GET', '/api/%zz', 400, 'Permintaan tidak valid', 'Permintaan tidak dapat dibaca.'],
  ])('is that of every error: %s %s', async (method, path, status, message, error) => {
    const answer = await test.api.send(method, path, { headers: INDONESIAN });
    expect([answer.status, answer.body.status, answer.body.message, answer.body.error]).toEqual([
      status,
      status,
      message,
      error,
    ]);
  });

  it("is the account's choice before what the client asks for", async () => {
    const ana = await test.api.signedIn();
    expect((await as(ana.token, INDONESIAN)).body.message).toBe('Informasi pengguna berhasil diambil');
    await chooseFor(ana, 'id');
    expect((await as(ana.token)).body.message).toBe('Informasi pengguna berhasil diambil');
    expect((await as(ana.token, { 'accept-language': 'en' })).body.message).toBe('Informasi pengguna berhasil diambil');
    await chooseFor(ana, 'en');
    expect((await as(ana.token, INDONESIAN)).body.message).toBe('User information retrieved successfully');
    // A language that was taken away again.
    await chooseFor(ana, 'xx');
    expect((await as(ana.token)).body.message).toBe('User information retrieved successfully');
    expect((await as(ana.token, INDONESIAN)).body.message).toBe('Informasi pengguna berhasil diambil');
  });

  it('goes by no cookie', async () => {
    const answer = await send('/api/login', newPerson(), { cookie: 'kunci_language=id' });
    expect(answer.body.message).toBe('Login failed');
  });
});

describe('DEFAULT_LANGUAGE', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startApp({ DEFAULT_LANGUAGE: 'id' });
  });
  afterAll(() => test.stop());

  it('is the language of who asks for none of ours', async () => {
    for (const language of ['*', 'xx', 'xx, *;q=0.1']) {
      const { text } = await test.api.send('GET', '/login', { headers: { 'accept-language': language } });
      expect(text).toContain('<html lang="id">');
    }
    expect((await rawGet(test.url, '/login')).text).toContain('<html lang="id">');
    expect(JSON.parse((await rawGet(test.url, '/api/user-info')).text)).toMatchObject({ message: 'Tidak berwenang' });
    const english = await test.api.send('GET', '/login', { headers: { 'accept-language': 'en' } });
    expect(english.text).toContain('<html lang="en">');
  });
});
