import { plainText } from './plain-text.js';

/** A DATETIME of MySQL begins and ends with these. */
const YEAR_MIN = 1000;
const YEAR_MAX = 9999;

/** Of numbers: seconds until the year 5138, milliseconds from 1973 on. */
const MILLISECONDS_FROM = 100_000_000_000;

/** `2024-05-06`, `2024-05-06 07:08:09.123456` or `2024-05-06T07:08:09Z`; without an offset it is UTC. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

const YES = ['1', 'true', 't', 'yes', 'y'];
const NO = ['', '0', 'false', 'f', 'no', 'n'];

/**
 * When something happened, as other systems write it: a date, the seconds or milliseconds since 1970, or a flag, for
 * which `now` stands.
 * @returns null if it did not happen, undefined if it cannot be read
 */
export function readInstant(value: unknown, now: Date): Date | null | undefined {
  const text = wordOf(value);
  if (text === undefined) return undefined;
  if (NO.includes(text) || text.startsWith('0000-00-00')) return null;
  if (YES.includes(text)) return now;
  const instant = new Date(/^\d{9,14}$/.test(text) ? ofNumber(Number(text)) : ofText(text));
  const year = instant.getUTCFullYear();
  return year >= YEAR_MIN && year <= YEAR_MAX ? instant : undefined;
}

function wordOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  // A flag of MySQL's may be a BIT.
  if (Buffer.isBuffer(value)) return value.length === 1 ? String(value[0]) : undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return plainText(value)?.trim().toLowerCase();
}

function ofNumber(number: number): number {
  return number < MILLISECONDS_FROM ? number * 1000 : number;
}

function ofText(text: string): number {
  const [, date, time = '00:00', offset = 'Z'] = WRITTEN.exec(text) ?? [];
  return date === undefined ? NaN : Date.parse(`${date}T${time}${offset.toUpperCase()}`);
}
