// `npm start`: everything between a fresh clone and a running server, then the server itself in this process.
import { readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { build, install } from './prepare.mjs';

install();
build();
// Who starts it like this tries it: mails are kept and shown to them. `.env` may say otherwise.
const isThere = statSync('.env', { throwIfNoEntry: false })?.isFile();
process.env.NODE_ENV ??= (isThere && parseEnv(readFileSync('.env', 'utf8')).NODE_ENV) || 'development';
await import('../dist/main.js');
