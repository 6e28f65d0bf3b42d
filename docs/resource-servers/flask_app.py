# pip install flask 'pyjwt[crypto]'
import json
import os
import threading
import time
import urllib.request

import jwt
from flask import Flask, g, jsonify, request

KUNCI_URL = os.environ.get("KUNCI_URL", "http://127.0.0.1:8080")
TOKEN_ISSUER = os.environ.get("TOKEN_ISSUER", "kunci")
TOKEN_AUDIENCE = os.environ.get("TOKEN_AUDIENCE", "kunci-api")

# The key says which algorithm it is for; the token has no choice.
ALGORITHM = {"EC": "ES256", "RSA": "RS256"}


class Keys(jwt.PyJWKClient):
    """For an older PyJWT, as Linux distributions have it. Asks Kunci for a key id that it does not know once in a few
    seconds at most, because anybody can make those up; waits 3 seconds and no longer; forgets no key meanwhile."""

    asked_at = float("-inf")
    lock = threading.Lock()

    def get_jwk_set(self, refresh=False):
        if not refresh:
            return super().get_jwk_set()
        with self.lock:  # Who had to wait here finds the keys that the one before has fetched.
            return super().get_jwk_set(time.monotonic() - self.asked_at > self.cooldown_duration)

    def fetch_data(self):
        self.asked_at = time.monotonic()
        with urllib.request.urlopen(self.uri, timeout=3) as response:
            jwk_set = json.load(response)
        self.jwk_set_cache.put(jwk_set)
        return jwk_set


keys = Keys(f"{KUNCI_URL}/.well-known/jwks.json")
keys.cooldown_duration = 5
app = Flask(__name__)


def verify(token):
    key = keys.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key.key,
        algorithms=[ALGORITHM[key.key_type]],
        issuer=TOKEN_ISSUER,
        audience=TOKEN_AUDIENCE,
        options={"require": ["iss", "aud", "sub", "sid", "exp"]},
        leeway=5,  # PyJWT refuses an `iat` in the future, and no two clocks agree to the second.
    )
    # The signature holds by now, and it is over the header too.
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return claims


@app.before_request
def authenticate():
    """For every route, so that a new one is closed until someone opens it on purpose."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return refuse('Bearer realm="api"')
    try:
        g.claims = verify(token.strip())
    except jwt.PyJWTError:
        return refuse('Bearer realm="api", error="invalid_token"')
    except OSError as error:  # Kunci did not give its keys. A 401 would make people log in again for nothing.
        app.logger.error("The keys of Kunci cannot be read: %s", error)
        return jsonify(error="Please try again in a moment."), 503, {"Retry-After": "5"}


def refuse(challenge):
    return jsonify(error="A valid access token is required."), 401, {"WWW-Authenticate": challenge}


@app.get("/me")
def me():
    return jsonify(sub=g.claims["sub"], sid=g.claims["sid"])


if __name__ == "__main__":
    # For development: in production a WSGI server imports `app`.
    app.run(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000")))
