"""Sign in with the card and sign a document, in one Flask file. Run it: see README.md."""

import base64
import hashlib
import json
import os
import socket
import sys
from pathlib import Path

import httpx
from authlib.integrations.flask_client import OAuth, OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from flask import Flask, redirect, request, session
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from markupsafe import escape

ISSUER = os.environ.get("ISSUER", "http://id.localhost:8000/api/realms/main")
PORT = int(os.environ.get("PORT", "5001"))
HOME = f"http://127.0.0.1:{PORT}"
KEPT = Path(os.environ.get("KEPT", "relying-party.json"))  # holds a private key: never commit it

# A sandbox lives at *.localhost, which browsers know and Python does not. Not needed in production.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: resolve(
    "127.0.0.1" if str(host).endswith(".localhost") else host, *a, **k
)


def registered():
    """Our client_id and key; the first start makes the key and registers its public half."""
    if not KEPT.exists():
        key = ECKey.generate_key("P-256", auto_kid=True)
        try:
            answer = httpx.post(
                f"{ISSUER}/clients-registrations/openid-connect",
                json={
                    "client_name": "Flask Bicycles",
                    "client_name#ja": "フラスク自転車",
                    "redirect_uris": [f"{HOME}/callback"],
                    "post_logout_redirect_uris": [f"{HOME}/"],
                    "jwks": {"keys": [key.as_dict(private=False)]},
                    "scope": "openid name sign",
                    "purposes": {"name": ["契約書のあて名", "to address the contract"]},
                },
            )
        except httpx.ConnectError:
            sys.exit(
                f"No country answers at {ISSUER}: ./kazasu up, or set ISSUER to where yours is"
            )
        answer.raise_for_status()
        KEPT.write_text(json.dumps({"registered": answer.json(), "key": key.as_dict(private=True)}))
        KEPT.chmod(0o600)
    kept = json.loads(KEPT.read_text())
    return kept["registered"]["client_id"], ECKey.import_key(kept["key"])


class ShortAssertion(PrivateKeyJWT):
    """Authlib's own lives an hour and says RS256; a minute is enough, and our key is for ES256."""

    def sign(self, auth, token_endpoint):
        header = {"kid": auth.client_secret.kid}
        return private_key_jwt_sign(
            auth.client_secret,
            auth.client_id,
            token_endpoint,
            "ES256",
            header=header,
            expires_in=60,
        )


CLIENT_ID, KEY = registered()
CONTRACT = {
    "title": {"ja": "売買契約書", "en": "Contract of sale"},
    "lines": [{"label_ja": "品目", "label_en": "Item", "value": "Bicycle, 1"}],
}
DOCUMENT = base64.b64encode(json.dumps(CONTRACT, ensure_ascii=False).encode()).decode()
app = Flask(__name__)
app.secret_key = os.urandom(32)
app.config["SESSION_COOKIE_NAME"] = "flask-bicycles"
card = OAuth(app).register(
    "card",
    client_id=CLIENT_ID,
    client_secret=KEY,
    client_auth_methods=[ShortAssertion()],
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid name",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "private_key_jwt",
    },
)


@app.get("/")
def home():
    if "name" not in session:
        return page("<p><a href='/login'>Sign in with your card</a></p>")
    return page(
        f"<p>Hello, {escape(session['name'])}.</p>"
        "<form method='post' action='/sign'><button>Sign the contract</button></form>"
    )


@app.get("/me")
def me():
    """For the signed in alone: what a conformance run looks at."""
    return page(f"<p>{escape(session['name'])}</p>") if "name" in session else redirect("/")


@app.get("/login")
def login():
    return card.authorize_redirect(f"{HOME}/callback")


@app.get("/callback")
def callback():
    if request.args.get("iss") != ISSUER:  # RFC 9207: Authlib leaves this to us
        return page("<p>This answer is not from the identity service.</p>"), 400
    if "error" in request.args:
        return page(
            f"<p>Not confirmed: {escape(request.args['error'])}. Nothing was sent.</p>"
        ), 403
    token = card.authorize_access_token()  # state, PKCE, signature, aud, nonce, exp
    subject = token["userinfo"]["sub"]
    if number := session.pop("signing", None):
        if subject != session["sub"]:
            return page("<p>Another person's card signed.</p>"), 403
        keys = httpx.get(card.load_server_metadata()["signature_statements_jwks_uri"]).json()
        told = stated(own("GET", f"/{number}/result"), keys, subject)
        return page(f"<p>Signed: evidence <code>{told['jti']}</code></p>")
    told = card.userinfo(token=token)
    if told["sub"] != subject:  # OpenID Connect Core 5.3.2: Authlib leaves this to us
        return page("<p>The answer is about somebody else.</p>"), 400
    session.update(sub=subject, name=told["name"])
    return redirect("/")


@app.post("/sign")
def sign():
    if "sub" not in session:
        return redirect("/")
    number = own("POST", "", json={"document": DOCUMENT})["sign_transaction_id"]
    session["signing"] = number
    return card.authorize_redirect(
        f"{HOME}/callback", scope="openid sign", sign_transaction_id=number
    )


@app.errorhandler(OAuthError)
def refused(error):
    """The service says why; where a sandbox's clock was moved, it says what time it is there."""
    return page(f"<p>Refused: {escape(error.error)}, {escape(error.description)}</p>"), 502


def stated(result, keys, subject):
    """What the service states of a signature, once it verifies: of this person, of our document. It is the evidence to keep."""
    statement = jwt.decode(result["statement"], KeySet.import_key_set(keys), ["ES256"])
    wanted = {"iss": ISSUER, "aud": CLIENT_ID, "sub": subject, "verdict": "good"} | {
        "document_sha256": hashlib.sha256(base64.b64decode(DOCUMENT)).hexdigest()
    }
    typed = statement.header.get("typ") == "kazasu-signature-evidence+jws"
    if not typed or not wanted.items() <= statement.claims.items():
        raise ValueError("not the signature that we asked for")
    return statement.claims


def own(method, path, **body):
    """Call the signing interface in our own name (client_credentials)."""
    with card._get_oauth_client(**card.load_server_metadata()) as client:
        client.fetch_token(
            card.server_metadata["token_endpoint"], grant_type="client_credentials", scope="sign"
        )
        url = card.server_metadata["sign_transactions_endpoint"] + path
        answer = client.request(method, url, **body)
        answer.raise_for_status()
        return answer.json()


def page(text):
    return f"<!doctype html><html lang='en'><title>Flask Bicycles</title><main>{text}</main></html>"


if __name__ == "__main__":
    app.run("127.0.0.1", PORT)
