const {
  KUNCI_URL = 'http://127.0.0.1:8080',
  INTROSPECTION_CLIENT_ID = 'resource-server',
  INTROSPECTION_CLIENT_SECRET,
} = process.env;

const credentials = Buffer.from(`${INTROSPECTION_CLIENT_ID}:${INTROSPECTION_CLIENT_SECRET}`).toString('base64');

/** @returns the claims of a token that opens something at this moment, or null */
export async function introspect(token) {
  const response = await fetch(new URL('/api/introspect', KUNCI_URL), {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token }),
    signal: AbortSignal.timeout(3_000),
  });
  // 401: the secret is wrong. 404: Kunci has none. Neither says anything about the token: answer 503, not 401.
  if (!response.ok) throw new Error(`Kunci answered ${response.status} to an introspection.`);
  const { active, ...claims } = await response.json();
  return active ? claims : null;
}
