import { createReadStream } from 'node:fs';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import { VALUE_MAX } from './source.js';

/** Of one line or record; what is longer is no account. */
export const RECORD_MAX = 1_000_000;

/** Of a value no more than `VALUE_MAX` characters, in memory of its own, and nothing of what is no value of a column. */
export function bounded(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return {};
  if (typeof value !== 'string' || value.length <= VALUE_MAX) return value;
  return Buffer.from(value.slice(0, VALUE_MAX)).toString();
}

/** The text of a file in pieces, without a byte order mark. @throws OperatorError if it is not UTF-8: names would be lost */
export async function* textOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (error) {
      throw new OperatorError(`${visible(path)} is not UTF-8. Write it anew as UTF-8.`, { cause: error });
    }
  };
  for await (const bytes of createReadStream(path)) yield decode(bytes as Uint8Array);
  yield decode();
}

/** Without their ends; the last one needs none. @throws OperatorError if one is longer than `RECORD_MAX` characters */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  let number = 0;
  for await (const text of textOf(path)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      yield line.endsWith('\r') ? line.slice(0, -1) : line;
    }
    if (rest.length > RECORD_MAX) throw new OperatorError(`Line ${number + 1} of ${visible(path)} is too long.`);
  }
  if (rest !== '') yield rest;
}
