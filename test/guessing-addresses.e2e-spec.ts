import { describe, expect, it } from '@jest/globals';
import { newEmail } from './support/api.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';

const WRONG = 'wrong 1234';
const STRANGER = '198.51.100.1';
const HOME = '203.0.113.9';

describe(`guessing at many accounts from one address (${ENGINE})`, () => {
  const FREE_FAILURES = 20;
  const guesser = (test: TestApp) => (address: string, email: string, password: string) =>
    test.api.send('POST', '/api/login', {
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password }),
    });

  it('opens a wait for the address, but not for the devices it knows', async () => {
    const test = await startApp({ TRUST_PROXY: '127.0.0.1', RATE_LIMITS: 'on' });
    const login = guesser(test);
    try {
      const ana = await test.api.person();
      const bob = await test.api.person();
      expect((await login(HOME, ana.email, ana.password)).status).toBe(200);
      for (let i = 0; i <= FREE_FAILURES; i++) expect((await login(HOME, newEmail(), WRONG)).status).toBe(401);
      const refused = await login(HOME, bob.email, bob.password);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
      expect((await login(STRANGER, bob.email, bob.password)).status).toBe(200);
      expect((await login(HOME, ana.email, ana.password)).status).toBe(200);
    } finally {
      await test.stop();
    }
  });

  it('is not limited with RATE_LIMITS=off', async () => {
    const test = await startApp({ TRUST_PROXY: '127.0.0.1' });
    const login = guesser(test);
    try {
      for (let i = 0; i < FREE_FAILURES + 3; i++) expect((await login(HOME, newEmail(), WRONG)).status).toBe(401);
    } finally {
      await test.stop();
    }
  });
});
