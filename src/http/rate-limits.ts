import { SetMetadata } from '@nestjs/common';

/**
 * How often one client address may use a route. `points` requests in `duration` seconds. These bound what one machine
 * can cost; guessing at one account from many machines is stopped by the counters of `auth/login-throttle.ts`.
 */
export const RATE_LIMITS = {
  login: { points: 30, duration: 60 },
  // Many people behind one address; a token cannot be guessed.
  refresh: { points: 600, duration: 60 },
  register: { points: 20, duration: 60 },
  // Routes that send somebody a mail. What one address gets is bounded too: see `MailedLinks`.
  mail: { points: 20, duration: 60 },
  // The link in a mail cannot be guessed.
  link: { points: 60, duration: 60 },
  // Routes that ask for the password again: as dear as a login.
  password: { points: 30, duration: 60 },
  // What a person changes without a password; each is written down.
  profile: { points: 60, duration: 60 },
  export: { points: 10, duration: 60 },
} as const;

export type RateLimitName = keyof typeof RATE_LIMITS;

export const RATE_LIMIT = 'rate-limit';

export const RateLimit = (name: RateLimitName) => SetMetadata(RATE_LIMIT, name);
