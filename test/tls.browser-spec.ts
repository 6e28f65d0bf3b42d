import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { PASSWORD, startBrowser, type TestBrowser } from './support/browser.js';
import { closedPort } from './support/ports.js';
import { eventually } from './support/process.js';

const { TEST_NGINX } = process.env;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

// Where one of them is not, `npm test` says so.
(TEST_NGINX && hasOpenssl ? describe : describe.skip)('pages behind nginx with TLS', () => {
  let test: TestBrowser;
  let nginx: ChildProcess | undefined;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'kunci-tls-'));
  beforeAll(async () => {
    test = await startBrowser({ TRUST_PROXY: '127.0.0.1' });
    const port = await closedPort();
    url = `https://localhost:${port}`;
    const subject = ['-subj', '/CN=localhost', '-newkey', 'rsa:2048', '-nodes', '-days', '1'];
    spawnSync('openssl', ['req', '-x509', ...subject, '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
    writeFileSync(
      join(folder, 'conf'),
      `daemon off; master_process off; pid pid; error_log error.log; events {}
       http { access_log access.log; ${paths.join(' ')}
         server { listen 127.0.0.1:${port} ssl; ssl_certificate cert; ssl_certificate_key key;
           location / { proxy_pass ${test.url}; proxy_set_header Host $http_host;
             proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme; } } }`,
    );
    const options = ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'conf')];
    nginx = spawn(TEST_NGINX ?? '', options, { stdio: 'ignore' });
    await eventually(() => isOpen(port));
  });
  afterAll(async () => {
    // One that has ended by itself does not end again.
    if (nginx?.exitCode === null && nginx.signalCode === null) {
      nginx.kill('SIGTERM');
      await once(nginx, 'close');
    }
    await test.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leave a client of the API that comes without TLS where it is: its token has been sent already', async () => {
    const headers = { authorization: 'Bearer x', 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'http' };
    const answer = await test.api.send('GET', '/api/user-info', { headers });
    expect([answer.status, answer.headers.get('location')]).toEqual([401, null]);
  });

  it('bind their cookies to this host over TLS, and tell browsers to come back over TLS alone', async () => {
    const email = newEmail();
    await test.visit({ baseURL: url, ignoreHTTPSErrors: true }, async (page) => {
      const answer = await page.goto('/register');
      expect(answer?.headers()['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      await page.getByLabel('Name').fill('Ana');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('status').getByText('Your account is ready. Please log in.').waitFor();
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(`${url}/`);
      await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
      await page.getByRole('heading', { name: 'Halo, Ana' }).waitFor();
      const cookies = await page.context().cookies();
      expect(cookies.map(({ name }) => name).sort()).toEqual([
        '__Host-kunci_device',
        '__Host-kunci_language',
        '__Host-kunci_session',
      ]);
      for (const cookie of cookies) {
        expect(cookie).toMatchObject({ domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' });
      }
    });
  });
});

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.end());
  });
