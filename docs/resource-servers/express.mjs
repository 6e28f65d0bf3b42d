// npm install express jose
import express from 'express';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const {
  KUNCI_URL = 'http://127.0.0.1:8080',
  TOKEN_ISSUER = 'kunci',
  TOKEN_AUDIENCE = 'kunci-api',
  HOST = '127.0.0.1',
  PORT = '3000',
} = process.env;

// A key id that jose does not know makes it ask Kunci again, after this many milliseconds at the soonest.
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', KUNCI_URL), { cooldownDuration: 5_000 });

const expected = {
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
  algorithms: ['ES256', 'RS256'],
  typ: 'at+jwt',
  requiredClaims: ['sub', 'sid', 'exp'],
};

async function authenticate(request, response, next) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return refuse(response, 'Bearer realm="api"');
  try {
    request.claims = (await jwtVerify(token, keys, expected)).payload;
  } catch (error) {
    if (isFaultOfToken(error)) return refuse(response, 'Bearer realm="api", error="invalid_token"');
    // Kunci did not give its keys. A 401 would make people log in again for nothing.
    console.error(error);
    return response.status(503).set('Retry-After', '5').json({ error: 'Please try again in a moment.' });
  }
  next();
}

const isFaultOfToken = (error) => error instanceof errors.JOSEError && !/GENERIC|TIMEOUT|JWKS_INVALID/.test(error.code);

function refuse(response, challenge) {
  response.status(401).set('WWW-Authenticate', challenge).json({ error: 'A valid access token is required.' });
}

const app = express();
// Before the routes, so that a new one is closed until someone opens it on purpose.
app.use(authenticate);
app.get('/me', ({ claims }, response) => {
  response.json({ sub: claims.sub, sid: claims.sid });
});
app.listen(Number(PORT), HOST);
