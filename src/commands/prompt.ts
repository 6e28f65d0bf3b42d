import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { OperatorError } from '../http/operator-error.js';
import { InterruptedError, interruption, unlessInterrupted } from './interruption.js';

/** Bytes of standard input; a password has 1024 characters at most. */
const STDIN_MAX = 8_192;

export const isTerminal = (): boolean => isatty(0);

/** One line, typed at a terminal or from a pipe. @throws OperatorError if there is none, InterruptedError after Ctrl-C */
export async function ask(question: string): Promise<string> {
  return expectAnswer(await readOneLine(question, process.stderr));
}

/** The same without an echo, at a terminal. */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return expectAnswer(await readOneLine(question, nowhere));
  } finally {
    process.stderr.write('\n');
  }
}

/** @returns false as well if there is nobody to answer @throws InterruptedError after Ctrl-C */
export async function confirm(question: string): Promise<boolean> {
  const answer = await readOneLine(`${question} [y/N] `, process.stderr);
  return /^\s*y(es)?\s*$/i.test(answer ?? '');
}

/** All of standard input, but a line end after it. @throws OperatorError if it is more than a line, too long, or no UTF-8 */
export async function readPasswordFromStdin(): Promise<string> {
  return oneLineOf(await unlessInterrupted(readStdin()));
}

function expectAnswer(answer: string | undefined): string {
  if (answer === undefined) throw new OperatorError('There was no answer.');
  return answer;
}

/** @returns undefined at the end of the input */
function readOneLine(question: string, output: NodeJS.WritableStream): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({
      input: process.stdin,
      output,
      // The terminal itself would echo.
      terminal: isTerminal(),
      prompt: question,
      // What was typed can be looked up by nobody.
      historySize: 0,
      signal: interruption,
    });
    let isAnswered = false;
    lines.once('line', (line) => {
      isAnswered = true;
      resolve(line);
      lines.close();
    });
    lines.once('SIGINT', () => {
      reject(new InterruptedError());
      lines.close();
    });
    // After a line or Ctrl-C nobody waits any more.
    lines.once('close', () => {
      // Whatever is said next does not go on in the line of the question.
      if (!isAnswered && output === process.stderr) output.write('\n');
      if (interruption.aborted) reject(interruption.reason as InterruptedError);
      else resolve(undefined);
    });
    // Only now: from the question on there is no echo.
    if (output !== process.stderr) process.stderr.write(question);
    lines.prompt();
  });
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > STDIN_MAX) throw new OperatorError('Standard input is too long for a password.');
  }
  return Buffer.concat(chunks);
}

function oneLineOf(bytes: Buffer): string {
  let text: string;
  try {
    // Two passwords of broken bytes must not become the same one.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new OperatorError('Standard input is no UTF-8.');
  }
  const line = text.replace(/\r?\n$/, '');
  if (/[\r\n]/.test(line)) throw new OperatorError('Standard input has more than one line.');
  return line;
}
