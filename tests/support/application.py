"""A relying party as an application on a server of its own: login, a page for the signed in, back-channel logout.

``flaws`` break it on purpose, one check each; without them it is what the kit makes of it.
"""

import base64
import json
import secrets
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError

from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import NOT_GENUINE, OpenId
from tests.support.party import Party

NOBODY = "nobody"
"""Whom a party without that check takes a token without ``sub`` for."""
EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Unchecked(OpenId):
    """The kit's client without what ``flaws`` name."""

    def __init__(self, *arguments, flaws, algorithm="ES256"):
        super().__init__(*arguments)
        self.flaws, self.algorithm = flaws, algorithm

    def finish(self, party, started, answer, *, userinfo):
        answer = dict(answer)
        if "state" in self.flaws:
            answer["state"] = started.state
        if "iss" in self.flaws:
            answer["iss"] = self.issuer
        return super().finish(party, started, answer, userinfo=userinfo)

    def _verified(self, token, party, nonce):
        claims = self._signed_by_service(token)
        if "nonce" in self.flaws:
            nonce = None
        forgiven = {
            "issuer": {"iss": self.issuer},
            "audience": {"aud": party.client_id},
            "expiry": {"exp": 4_000_000_000},
            "subject": {"sub": claims.get("sub", NOBODY)},
        }
        for flaw, claim in forgiven.items():
            if flaw in self.flaws:
                claims |= claim
        if "at_hash" in self.flaws:
            claims.pop("at_hash", None)
        self._checked = claims
        return super()._verified(token, party, nonce)

    def _signed_by_service(self, token):
        checked = self.__dict__.pop("_checked", None)
        if checked is not None:
            return checked
        if "none" in self.flaws and token.endswith("."):
            return unverified(token)
        if "signature" in self.flaws:
            return unverified(token)
        if "stale-keys" in self.flaws:
            try:
                return dict(jwt.decode(token, self._key_set(fresh=False), ["ES256"]).claims)
            except (JoseError, ValueError):
                raise Refusal(NOT_GENUINE, why="keys") from None
        return self.genuine(token)

    def genuine(self, token):
        """As the kit does it, for a party that takes no other algorithm than the one it registered."""
        for fresh in (False, True):
            try:
                return dict(jwt.decode(token, self._key_set(fresh=fresh), [self.algorithm]).claims)
            except (JoseError, ValueError):
                if fresh:
                    raise Refusal(NOT_GENUINE, why="signature") from None
        raise AssertionError

    def userinfo(self, party, access_token, subject):
        if "userinfo" not in self.flaws and subject != NOBODY:
            return super().userinfo(party, access_token, subject)
        url = self.metadata("userinfo_endpoint")
        headers = self._presenting(party, access_token, "GET", url)
        return self._http.get(url, headers=headers).json()


def unverified(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Application:
    """``Application(country, flaws={"nonce"})``; ``start_url``, ``check_url``, ``party``."""

    def __init__(
        self, country, flaws=(), *, backchannel=True, scope="openid name", strict=False, algorithm="ES256"
    ):  # fmt: skip
        self.flaws = frozenset(flaws)
        self.started, self.sessions, self.seen = {}, {}, set()
        self.scope = scope.split()
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                application.guarded(self, application.get)

            def do_POST(self):
                application.guarded(self, application.post)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.home = f"http://app.localhost:{self.server.server_port}"
        self.start_url, self.check_url = f"{self.home}/login", f"{self.home}/me"
        more = {"backchannel_logout_uri": f"{self.home}/logout"} if backchannel else {}
        # Nobody takes the name of a party that is reviewed: one of them may be, in a country that tests share.
        own = f"App {secrets.token_hex(4)}"
        more |= {
            "client_name": own, "client_name#ja": f"{own}の店", "id_token_signed_response_alg": algorithm,
        }  # fmt: skip
        self.party = Party(country, "app", home=self.home, strict=strict, **more)
        self.openid = Unchecked(
            self.party.issuer, self.party.http, country.clock, flaws=self.flaws, algorithm=algorithm
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Its server alone: the party stays registered."""
        self.server.shutdown()
        self.server.server_close()

    def close(self):
        self.stop()
        self.party.close()

    # ------------------------------------------------------------ pages

    def guarded(self, request, page):
        try:
            page(request)
        except Refusal as refusal:
            broken = "impolite" in self.flaws
            say(request, 500 if broken else 403, f"Nobody was signed in: {refusal.fault.code}")
        except (LookupError, ValueError, TypeError) as error:
            say(request, 500, repr(error))

    def get(self, request):
        place = urlsplit(request.path)
        cookies = {k: v.value for k, v in SimpleCookie(request.headers.get("cookie", "")).items()}
        if place.path == "/login":
            started = self.openid.start(self.party.party, self.scope)
            browser = secrets.token_urlsafe(16)
            self.started[browser] = started
            go(request, started.url, f"browser={browser}")
        elif place.path == "/callback":
            self.callback(request, dict(parse_qsl(place.query)), cookies)
        elif place.path == "/me":
            known = "open" in self.flaws or cookies.get("session") in self.sessions
            say(request, 200 if known else 401, "")
        else:
            say(request, 404, "")

    def callback(self, request, answer, cookies):
        started = self.started.pop(cookies.get("browser", ""), None)
        if started is None and "any-browser" in self.flaws:
            started = next(
                (s for s in self.started.values() if s.state == answer.get("state")), None
            )
        if started is None and "replay" in self.flaws and answer.get("code") in self.sessions:
            session = answer["code"]
            return go(request, self.check_url, f"session={session}")
        if (
            started is None
            and "unsolicited" in self.flaws
            and answer.get("code", "").startswith("xxx")
        ):
            return self.open(request, "somebody", "", "")
        if started is None:
            return say(request, 403, "This was not begun in this browser.")
        if "denied" in self.flaws and answer.get("error"):
            return self.open(request, "somebody", "", "")
        person = self.openid.finish(
            self.party.party, started, answer, userinfo="name" in self.scope
        )
        sid = unverified(person.id_token).get("sid", "")
        return self.open(request, person.subject, sid, answer.get("code", ""))

    def open(self, request, subject, sid, code):
        session = secrets.token_urlsafe(16)
        self.sessions[session] = (subject, sid)
        if "replay" in self.flaws and code:
            self.sessions[code] = (subject, sid)
        go(request, self.check_url, f"session={session}")

    # ------------------------------------------------------------ back channel

    def post(self, request):
        body = request.rfile.read(int(request.headers["content-length"])).decode()
        token = dict(parse_qsl(body)).get("logout_token", "")
        try:
            claims = self.logout_claims(token)
        except (Refusal, ValueError, JoseError):
            return say(request, 400, "")
        if "deaf" not in self.flaws:
            ended = [k for k, (_, sid) in self.sessions.items() if sid == claims.get("sid")]
            for key in ended:
                del self.sessions[key]
        return say(request, 200, "")

    def logout_claims(self, token):
        claims = (
            self.openid.genuine(token)
            if "logout-signature" not in self.flaws
            else unverified(token)
        )
        now = int(self.party.country.clock.now().timestamp())
        wrong = {
            "logout-audience": claims.get("aud") != self.party.client_id,
            "logout-issuer": claims.get("iss") != self.party.issuer,
            "logout-nonce": "nonce" in claims,
            "logout-events": EVENT not in claims.get("events", {}),
            "logout-expired": claims.get("exp", 0) < now,
            "logout-replayed": claims.get("jti") in self.seen,
        }  # fmt: skip
        found = [name for name, bad in wrong.items() if bad and name not in self.flaws]
        if found:
            raise ValueError(found)
        self.seen.add(claims["jti"])
        return claims


def say(request, status, text):
    request.send_response(status)
    request.end_headers()
    request.wfile.write(text.encode())


def go(request, url, cookie):
    request.send_response(303)
    request.send_header("location", url)
    request.send_header("set-cookie", f"{cookie}; Path=/; HttpOnly")
    request.end_headers()
