import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** @returns false as well if there is nobody to answer */
export async function confirm(question: string): Promise<boolean> {
  const answer = await answerTo(`${question} [y/N] `, process.stderr, isAtTerminal());
  if (answer === undefined) process.stderr.write('\n');
  return /^\s*y(es)?\s*$/i.test(answer ?? '');
}

/** Whether somebody can be asked for what must not be seen. */
export const isAtTerminal = (): boolean => process.stdin.isTTY;

/** What is typed is not shown. @returns undefined after Ctrl-C */
export async function askSecret(question: string): Promise<string | undefined> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const secret = await answerTo('', nowhere, true);
  process.stderr.write('\n');
  return secret;
}

/** @returns undefined at the end of the input, and after Ctrl-C */
function answerTo(question: string, output: NodeJS.WritableStream, terminal: boolean): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output, terminal });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
