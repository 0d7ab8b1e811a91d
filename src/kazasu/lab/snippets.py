"""Code to copy, filled in for one registration. Longer, tried examples are in the repository's ``examples/``."""

from dataclasses import dataclass
from typing import Final

from kazasu.identity.clients.model import Client


@dataclass(frozen=True, slots=True)
class Snippet:
    name: str
    install: str
    code: str


_AUTHLIB: Final = """

class ShortAssertion(PrivateKeyJWT):
    # Authlib's own lives an hour and says RS256; the service takes five minutes at most
    def sign(self, auth, token_endpoint):
        key = auth.client_secret
        return private_key_jwt_sign(
            key, auth.client_id, token_endpoint, "ES256", header={{"kid": key.kid}}, expires_in=60
        )


ISSUER = "{issuer}"
oauth.register(
    "kazasu",
    client_id="{client_id}",
    client_secret=ECKey.import_key(json.loads(Path("kazasu-private-key.json").read_text())),
    server_metadata_url=ISSUER + "/.well-known/openid-configuration",
    client_kwargs={{
        "scope": "{scope}",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "private_key_jwt",
    }},
    client_auth_methods=[ShortAssertion()],
)
"""
_FASTAPI: Final = (
    """import json
import secrets
from pathlib import Path

from authlib.integrations.starlette_client import OAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from fastapi import FastAPI, HTTPException, Request
from joserfc.jwk import ECKey
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=secrets.token_hex(32))
oauth = OAuth()
"""
    + _AUTHLIB
    + """

@app.get("/login")
async def login(request: Request):
    return await oauth.kazasu.authorize_redirect(request, "{redirect_uri}")


@app.get("{path}")
async def callback(request: Request):
    if request.query_params.get("iss") != ISSUER:  # RFC 9207: Authlib leaves this to us
        raise HTTPException(400)
    token = await oauth.kazasu.authorize_access_token(request)  # state, PKCE, signature, aud, nonce, exp
    told = await oauth.kazasu.userinfo(token=token)  # what the person agreed to give
    if told["sub"] != token["userinfo"]["sub"]:  # OpenID Connect Core 5.3.2: ours to compare, too
        raise HTTPException(400)
    request.session["sub"] = told["sub"]
    return token["userinfo"] | told
"""
)
_FLASK: Final = (
    """import json
import secrets
from pathlib import Path

from authlib.integrations.flask_client import OAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from flask import Flask, abort, request, session
from joserfc.jwk import ECKey

app = Flask(__name__)
app.secret_key = secrets.token_hex(32)
oauth = OAuth(app)
"""
    + _AUTHLIB
    + """

@app.get("/login")
def login():
    return oauth.kazasu.authorize_redirect("{redirect_uri}")


@app.get("{path}")
def callback():
    if request.args.get("iss") != ISSUER:  # RFC 9207: Authlib leaves this to us
        abort(400)
    token = oauth.kazasu.authorize_access_token()  # state, PKCE, signature, aud, nonce, exp
    told = oauth.kazasu.userinfo(token=token)  # what the person agreed to give
    if told["sub"] != token["userinfo"]["sub"]:  # OpenID Connect Core 5.3.2: ours to compare, too
        abort(400)
    session["sub"] = told["sub"]
    return token["userinfo"] | told
"""
)
_DJANGO: Final = (
    """import json
from pathlib import Path

from authlib.integrations.django_client import OAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from django.http import HttpResponseBadRequest, JsonResponse
from django.urls import path
from joserfc.jwk import ECKey

oauth = OAuth()
"""
    + _AUTHLIB
    + """

def login(request):
    return oauth.kazasu.authorize_redirect(request, "{redirect_uri}")


def callback(request):
    if request.GET.get("iss") != ISSUER:  # RFC 9207: Authlib leaves this to us
        return HttpResponseBadRequest()
    token = oauth.kazasu.authorize_access_token(request)  # state, PKCE, signature, aud, nonce, exp
    told = oauth.kazasu.userinfo(token=token)  # what the person agreed to give
    if told["sub"] != token["userinfo"]["sub"]:  # OpenID Connect Core 5.3.2: ours to compare, too
        return HttpResponseBadRequest()
    request.session["sub"] = told["sub"]
    return JsonResponse(token["userinfo"] | told)


urlpatterns = [path("login", login), path("{path}".lstrip("/"), callback)]
"""
)
_NODE: Final = """import express from 'express'
import {{ readFileSync }} from 'node:fs'
import * as client from 'openid-client'

const jwk = JSON.parse(readFileSync('kazasu-private-key.json'))
const key = await crypto.subtle.importKey('jwk', jwk, {{ name: 'ECDSA', namedCurve: 'P-256' }}, false, ['sign'])
const config = await client.discovery(new URL('{issuer}'), '{client_id}', undefined,
  client.PrivateKeyJwt({{ key, kid: jwk.kid }}), {{ execute: [client.allowInsecureRequests] }})
const started = new Map() // by state, which a cookie binds to the browser

const app = express()
app.get('/login', async (request, response) => {{
  const code_verifier = client.randomPKCECodeVerifier()
  const state = client.randomState(), nonce = client.randomNonce()
  started.set(state, {{ code_verifier, nonce }})
  response.cookie('login', state, {{ httpOnly: true, sameSite: 'lax' }})
  response.redirect(client.buildAuthorizationUrl(config, {{
    redirect_uri: '{redirect_uri}', scope: '{scope}', state, nonce,
    code_challenge: await client.calculatePKCECodeChallenge(code_verifier), code_challenge_method: 'S256',
  }}).href)
}})
app.get('{path}', async (request, response) => {{
  const state = /(?:^|; )login=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  const {{ code_verifier, nonce }} = started.get(state) ?? {{}}
  started.delete(state)
  const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, '{redirect_uri}'), {{
    pkceCodeVerifier: code_verifier, expectedState: state, expectedNonce: nonce,
  }}) // throws when anything is wrong
  // what the person agreed to give; throws when it is about somebody else
  const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  response.json({{ ...tokens.claims(), ...told }})
}})
app.listen({port})
"""
_CURL: Final = """# What the service offers
curl -s {issuer}/.well-known/openid-configuration

# Your registration (the token was shown once)
curl -s -H "authorization: Bearer $REGISTRATION_TOKEN" \\
  {issuer}/clients-registrations/openid-connect/{client_id}

# A login without a page, for continuous integration: the answer's location has the code
curl -s -o /dev/null -w '%{{redirect_url}}\\n' -G {issuer}/protocol/openid-connect/auth \\
  -d response_type=code -d client_id={client_id} --data-urlencode 'scope={scope}' \\
  --data-urlencode 'redirect_uri={redirect_uri}' -d state=$(openssl rand -hex 16) \\
  -d nonce=$(openssl rand -hex 16) -d code_challenge_method=S256 -d code_challenge=$CHALLENGE \\
  --data-urlencode 'login_hint=persona:sato-hanako;auto'

# What you sent, which check failed, what to change
curl -s -H "authorization: Bearer $REGISTRATION_TOKEN" {origin}/api/requests
"""
_ALL: Final = (
    ("FastAPI", "pip install authlib fastapi httpx itsdangerous uvicorn", _FASTAPI),
    ("Flask", "pip install authlib flask requests", _FLASK),
    ("Django", "pip install authlib django requests", _DJANGO),
    ("Node", "npm install express openid-client", _NODE),
    ("curl", "", _CURL),
)


def snippets(client: Client, issuer: str, origin: str) -> list[Snippet]:
    """All of them, for this client's first redirect address."""
    redirect_uri = client.redirect_uris[0]
    rest = redirect_uri.partition("://")[2]
    host, _, path = rest.partition("/")
    facts = {
        "client_id": client.client_id,
        "issuer": issuer,
        "origin": origin,
        "redirect_uri": redirect_uri,
        "path": f"/{path.partition('?')[0]}",
        "port": host.partition(":")[2] or "3000",
        "scope": " ".join(["openid", *(s for s in client.scopes if s in _FIRST)]),
    }
    return [Snippet(name, install, code.format_map(facts)) for name, install, code in _ALL]


_FIRST: Final = ("name", "address", "birthdate", "gender", "age_over_20")
"""What a first login may ask for; signing needs a document first."""
