"""Sign in with the card and sign a document, in one Django file. Run it: see README.md."""

import base64
import hashlib
import json
import os
import secrets
import socket
import sys
from pathlib import Path

import httpx
from django.conf import settings

ISSUER = os.environ.get("ISSUER", "http://id.localhost:8000/api/realms/main")
PORT = int(os.environ.get("PORT", "5003"))
HOME = f"http://127.0.0.1:{PORT}"
KEPT = Path(os.environ.get("KEPT", "relying-party.json"))  # holds a private key: never commit it
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(32),
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    SESSION_COOKIE_NAME="django-bicycles",
    CSRF_COOKIE_NAME="django-bicycles-csrf",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)

from authlib.integrations.django_client import OAuth, OAuthError  # noqa: E402 - Django wants its settings first
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.html import escape  # noqa: E402
from django.views.decorators.http import require_GET, require_POST  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import ECKey, KeySet  # noqa: E402

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
                    "client_name": "Django Bicycles",
                    "client_name#ja": "ジャンゴ自転車",
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
card = OAuth().register(
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


@require_GET
def home(request):
    if "name" not in request.session:
        return page("<p><a href='/login'>Sign in with your card</a></p>")
    return page(
        f"<p>Hello, {escape(request.session['name'])}.</p><form method='post' action='/sign'>"
        f"<input type='hidden' name='csrfmiddlewaretoken' value='{get_token(request)}'>"
        "<button>Sign the contract</button></form>"
    )


@require_GET
def me(request):
    """For the signed in alone: what a conformance run looks at."""
    name = request.session.get("name")
    return page(f"<p>{escape(name)}</p>") if name else redirect("/")


@require_GET
def login(request):
    return card.authorize_redirect(request, f"{HOME}/callback")


def told(view):
    """The service says why; where a sandbox's clock was moved, it says what time it is there."""

    def within(request):
        try:
            return view(request)
        except OAuthError as error:
            return page(f"<p>Refused: {escape(error.error)}, {escape(error.description)}</p>", 502)

    return within


@require_GET
@told
def callback(request):
    if request.GET.get("iss") != ISSUER:  # RFC 9207: Authlib leaves this to us
        return page("<p>This answer is not from the identity service.</p>", 400)
    if "error" in request.GET:
        return page(f"<p>Not confirmed: {escape(request.GET['error'])}. Nothing was sent.</p>", 403)
    token = card.authorize_access_token(request)  # state, PKCE, signature, aud, nonce, exp
    subject = token["userinfo"]["sub"]
    if number := request.session.pop("signing", None):
        if subject != request.session["sub"]:
            return page("<p>Another person's card signed.</p>", 403)
        keys = httpx.get(card.load_server_metadata()["signature_statements_jwks_uri"]).json()
        told = stated(own("GET", f"/{number}/result"), keys, subject)
        return page(f"<p>Signed: evidence <code>{told['jti']}</code></p>")
    told = card.userinfo(token=token)
    if told["sub"] != subject:  # OpenID Connect Core 5.3.2: Authlib leaves this to us
        return page("<p>The answer is about somebody else.</p>", 400)
    request.session["sub"], request.session["name"] = subject, told["name"]
    return redirect("/")


@require_POST
@told
def sign(request):
    if "sub" not in request.session:
        return redirect("/")
    number = own("POST", "", json={"document": DOCUMENT})["sign_transaction_id"]
    request.session["signing"] = number
    return card.authorize_redirect(
        request, f"{HOME}/callback", scope="openid sign", sign_transaction_id=number
    )


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
    metadata = card.load_server_metadata()
    with card._get_oauth_client(**metadata) as client:
        client.fetch_token(
            metadata["token_endpoint"], grant_type="client_credentials", scope="sign"
        )
        answer = client.request(method, metadata["sign_transactions_endpoint"] + path, **body)
        answer.raise_for_status()
        return answer.json()


def page(text, status=200):
    html = (
        f"<!doctype html><html lang='en'><title>Django Bicycles</title><main>{text}</main></html>"
    )
    return HttpResponse(html, status=status)


urlpatterns = [
    path("", home),
    path("me", me),
    path("login", login),
    path("callback", callback),
    path("sign", sign),
]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", f"127.0.0.1:{PORT}"])
