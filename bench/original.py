# What the version that Kunci replaces does for GET /api/user-info: Flask, PyJWT with the shared secret, one query a request on
# the connection of its worker. No sessions, no logs, no security headers. Run by gunicorn: `original:app`.
import os
import platform

import jwt
import pymysql
from flask import Flask, jsonify, request

app = Flask(__name__)
SECRET = os.environ["SECRET_KEY"]
SERVER = {"platform": platform.system(), "version": platform.release()}
connection = None


def user(user_id):
    global connection
    if connection is None:
        connection = pymysql.connect(
            host=os.environ["DB_HOST"],
            port=int(os.environ["DB_PORT"]),
            user=os.environ["DB_USERNAME"],
            password=os.environ["DB_PASSWORD"],
            database=os.environ["DB_NAME"],
            autocommit=True,
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, email FROM users WHERE id = %s", (user_id,))
        return cursor.fetchone()


def answer(status, message, **content):
    return jsonify(status=status, message=message, server=SERVER, **content), status


@app.get("/api/user-info")
def user_info():
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer="kunci", audience="kunci-api")
    except jwt.InvalidTokenError:
        return answer(401, "Unauthorized", error="Invalid token")
    row = user(claims["sub"])
    if row is None:
        return answer(401, "Unauthorized", error="Invalid token")
    return answer(200, "User information retrieved successfully", data={"user": {"name": row[0], "email": row[1]}})
