import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from './environment.js';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');
const DEADLINE_MS = 55_000;
const OUTPUT_MAX = 16 * 1024 * 1024;

export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The built command line as an operator runs it, where no `.env` lies about. */
export function kunci(settings: Record<string, string>, ...args: string[]): Promise<CliResult> {
  return kunciIn(tmpdir(), settings, ...args);
}

/** The same with what stands on its standard input. */
export function kunciWith(
  input: string | Buffer,
  settings: Record<string, string>,
  ...args: string[]
): Promise<CliResult> {
  return run(tmpdir(), settings, args, input);
}

/** The same in a working directory of its own, whose `.env` counts. */
export function kunciIn(cwd: string, settings: Record<string, string>, ...args: string[]): Promise<CliResult> {
  return run(cwd, settings, args);
}

function run(
  cwd: string,
  settings: Record<string, string>,
  args: string[],
  input?: string | Buffer,
): Promise<CliResult> {
  const options = { env: environmentOf(settings), cwd, timeout: DEADLINE_MS, maxBuffer: OUTPUT_MAX };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    // It may have ended without reading.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Runs a command that has to succeed. @returns the key id that it names first */
export async function kidOf(settings: Record<string, string>, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await kunci(settings, ...args);
  if (exitCode !== 0) throw new Error(`kunci ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout.split(' ', 1)[0] ?? '';
}
