import type { RequestOrigin } from '../http/request-origin.js';

/** What a person recognises a session by. */
export interface Device {
  readonly userAgent: string;
  readonly address: string;
}

/** For the eyes of the account's owner; while strangers guess at it, who comes from the same address is none. */
export function deviceOf({ userAgent, address }: RequestOrigin): Device {
  return { userAgent, address };
}
