import type { RequestOrigin } from '../http/request-origin.js';

/** What a person recognises a session by. */
export interface Device {
  readonly userAgent: string;
  readonly address: string;
}

/** Both are for the eyes of the account's owner only and decide nothing. */
export function deviceOf({ userAgent, address }: RequestOrigin): Device {
  return { userAgent, address };
}
