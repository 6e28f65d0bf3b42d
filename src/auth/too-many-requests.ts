import { AppError } from '../http/app-error.js';

export function tooManyRequests(retryAfterSeconds: number): AppError {
  return new AppError('too_many_requests', { headers: { 'retry-after': String(Math.max(1, retryAfterSeconds)) } });
}
