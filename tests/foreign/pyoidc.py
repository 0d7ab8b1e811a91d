"""pyoidc (``oic``): discovery, registration, sign-in, userinfo, refresh and logout, by the library's own calls and defaults.

Usage: python pyoidc.py ISSUER ALG (ES256, PS256: what signs the client's assertion)
"""

import base64
import hashlib
import json
import secrets
import socket
import sys
from urllib.parse import urlsplit

import requests
from oic.oic import Client
from oic.utils.authn.client import CLIENT_AUTHN_METHOD
from oic.utils.keyio import build_keyjar

issuer, alg = sys.argv[1:]
look_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: look_up(
    "127.0.0.1" if str(host).endswith(".localhost") else host, *more, **named
)


def visit(url, does):
    """The person's browser goes there; where it came back to."""
    print(json.dumps({"visit": url, "does": does}), flush=True)
    return sys.stdin.readline().strip()


def own_keys():
    kind = {"type": "EC", "crv": "P-256"} if alg == "ES256" else {"type": "RSA", "size": 2048}
    jwks, jar, _ = build_keyjar([kind | {"use": ["sig"], "key": ""}])
    return jwks, jar


jwks, jar = own_keys()
client = Client(client_authn_method=CLIENT_AUTHN_METHOD, keyjar=jar)
found = client.provider_config(issuer)

home = f"http://pyoidc.localhost:{urlsplit(issuer).port}"
client.redirect_uris = [f"{home}/callback"]
client.register(
    found["registration_endpoint"],
    client_name="pyoidc",
    redirect_uris=[f"{home}/callback"],
    post_logout_redirect_uris=[f"{home}/bye"],
    jwks=jwks,
    token_endpoint_auth_method="private_key_jwt",
    token_endpoint_auth_signing_alg=alg,
)
# Its registration has no ``scope`` (RFC 7591), and without one a party gets ``openid`` alone: what was told is put back with it.
told = client.registration_response
place = told["registration_client_uri"]
bearer = {"authorization": f"Bearer {told['registration_access_token']}"}
entry = requests.get(place, headers=bearer, timeout=30).json() | {
    "scope": "openid name birthdate offline_access"
}
requests.put(place, headers=bearer, json=entry, timeout=30).raise_for_status()

state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
digest = hashlib.sha256(verifier.encode()).digest()
asked = client.construct_AuthorizationRequest(
    request_args={
        "response_type": "code", "scope": ["openid", "name", "birthdate", "offline_access"],
        "redirect_uri": f"{home}/callback", "state": state, "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
)  # fmt: skip
came_back = visit(asked.request(client.authorization_endpoint), "authenticate")
answer = client.parse_response(
    client.message_factory.get_response_type("authorization_endpoint"),
    info=urlsplit(came_back).query, sformat="urlencoded",
)  # fmt: skip
proves = {"authn_method": "private_key_jwt", "algorithm": alg}
tokens = client.do_access_token_request(
    state=state,
    request_args={
        "code": answer["code"],
        "redirect_uri": f"{home}/callback",
        "code_verifier": verifier,
    },
    **proves,
)
if "id_token" not in tokens:
    sys.exit(str(tokens))
person = client.do_user_info_request(state=state)
# ``do_access_token_refresh`` forgets what ``private_key_jwt`` asks for (``authn_endpoint``): by the two calls that it is made of.
asks, gives = (
    what("refresh_endpoint")
    for what in (client.message_factory.get_request_type, client.message_factory.get_response_type)
)
url, body, http, _ = client.request_info(
    asks, method="POST", state=state, token=client.get_token(state=state), authn_endpoint="refresh", **proves
)  # fmt: skip
refreshed = client.request_and_return(url, gives, "POST", body, state=state, http_args=http)
ended = client.construct_EndSessionRequest(
    state=state, request_args={"post_logout_redirect_uri": f"{home}/bye"}
)
left = visit(ended.request(client.end_session_endpoint), "leave")
print(json.dumps({"done": {
    "client_id": client.client_id, "sub": tokens["id_token"]["sub"], "acr": tokens["id_token"]["acr"],
    "nonce": tokens["id_token"]["nonce"] == nonce, "same": person["sub"] == tokens["id_token"]["sub"],
    "name": person["name"], "birthdate": person["birthdate"],
    "refreshed": refreshed["access_token"] != tokens["access_token"], "left": left,
}}), flush=True)  # fmt: skip
