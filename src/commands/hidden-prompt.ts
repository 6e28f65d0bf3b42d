import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on the terminal, which shows nothing of what is typed. Ctrl-C and Ctrl-D end the process. */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const giveUp = () => process.exit(130);
  lines.on('SIGINT', giveUp).on('close', giveUp);
  process.stderr.write(question);
  const answer = await lines.question('');
  lines.off('close', giveUp).close();
  process.stderr.write('\n');
  return answer;
}
