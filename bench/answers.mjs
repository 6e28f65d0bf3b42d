// Servers can only be compared if they do the same.
import { deepStrictEqual } from 'node:assert/strict';

export async function checkSameAnswers(servers, token) {
  deepStrictEqual(...(await answersOf(servers, token)));
}

/** The original tells the version of the kernel where Kunci tells its own. */
export async function checkSameUser(servers, token) {
  deepStrictEqual(...(await answersOf(servers, token)).map(({ data }) => data));
}

async function answersOf(servers, token) {
  const answers = [];
  for (const { url, name } of servers) {
    const response = await fetch(`${url}/api/user-info`, { headers: { authorization: `Bearer ${token}` } });
    if (response.status !== 200) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
    answers.push(await response.json());
  }
  return answers;
}
