import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** `.env` of the working directory. */
export interface EnvFile {
  readonly path: string;
  readonly isThere: boolean;
  readonly variables: NodeJS.ProcessEnv;
  /** Why it cannot be read, if it is there and cannot. */
  readonly fault: string | undefined;
}

/** Never throws: whoever asks decides what an unreadable one means. */
export function readEnvFile(): EnvFile {
  const path = resolve('.env');
  try {
    // A folder of that name is no fault: some keep their Python there.
    const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
    return { path, isThere, variables: isThere ? parseEnv(readFileSync(path, 'utf8')) : {}, fault: undefined };
  } catch (error) {
    return { path, isThere: true, variables: {}, fault: faultOf(path, error as NodeJS.ErrnoException) };
  }
}

function faultOf(path: string, { code = '' }: NodeJS.ErrnoException): string {
  const isRefused = ['EACCES', 'EPERM'].includes(code);
  if (!isRefused) return `${path} exists but cannot be read (${code})`;
  return `${path} exists but cannot be read by this user: give it to the user that runs Kunci (chown)`;
}
