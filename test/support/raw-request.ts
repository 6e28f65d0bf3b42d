import { request } from 'node:http';

type Headers = Record<string, string>;

interface RawAnswer {
  status: number;
  text: string;
}

/** Sends a request with a target and headers that `fetch` would not send, and without those that it adds. */
function send(url: string, method: string, path: string, headers: Headers, body = ''): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export const rawGet = (url: string, path: string, headers: Headers = {}) => send(url, 'GET', path, headers);

/** Sends JSON. @returns the status */
export async function rawJson(url: string, method: string, path: string, headers: Headers, body: unknown) {
  const sent = { 'content-type': 'application/json', ...headers };
  return (await send(url, method, path, sent, JSON.stringify(body))).status;
}
