import { request } from 'node:http';

/** Posts JSON with a request target and headers that `fetch` would not send. @returns the status */
export function rawPost(url: string, path: string, headers: Record<string, string>, body: unknown): Promise<number> {
  const { hostname, port } = new URL(url);
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
