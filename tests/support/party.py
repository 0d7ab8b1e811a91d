"""A relying party of its own in a running country: registers itself, signs people in, calls interfaces."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import ECKey

from kazasu.contracts.identity import issuer_of
from kazasu.foundation.http import http_client
from kazasu.kit.openid import OpenId, RelyingParty

PIN, PASSWORD = "1234", "ABC123"
EVERYTHING = (
    "openid name address birthdate gender age_over_20 sign offline_access latest_attributes"
)
PURPOSES = {
    item: ["本人確認", "identity proofing"]
    for item in ("name", "address", "birthdate", "gender", "age_over_20")
}


class Party:
    """``Party(country, "shop")``: its callback answers 421, and that is enough: the code is in the address."""

    def __init__(
        self, country, name="shop", *, home="", strict=False, authorities="", **registration
    ):
        self.country = country
        self.http = http_client(30.0, authorities=authorities)
        origin = country.directory.origin("identity")
        self.origin, self.issuer = origin, issuer_of(origin)
        port = urlsplit(origin).port
        self.home = home or f"http://{name}.localhost:{port}"
        self.redirect_uri = f"{self.home}/callback"
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self.registration = {
            "client_name": name.title(),
            "client_name#ja": f"{name}の店",
            "redirect_uris": [self.redirect_uri],
            "post_logout_redirect_uris": [f"{self.home}/"],
            "jwks": {"keys": [self.key.as_dict(private=False)]},
            "scope": EVERYTHING,
            "purposes": PURPOSES,
            "dpop_bound_access_tokens": strict,
        } | registration
        answer = self.http.post(
            f"{self.issuer}/clients-registrations/openid-connect", json=self.registration
        )
        assert answer.status_code == 201, answer.text
        self.registered = answer.json()
        self.client_id = self.registered["client_id"]
        self.openid = OpenId(self.issuer, self.http, country.clock)
        self.party = RelyingParty(self.client_id, self.redirect_uri, self.key, strict)

    @property
    def bearer(self):
        return {"authorization": f"Bearer {self.registered['registration_access_token']}"}

    def start(self, person, scope="openid", **options):
        """The person's browser is at the terminal."""
        started = self.openid.start(self.party, scope.split(), **options)
        person.browser.get(started.url)
        return started

    def finish(self, person, started, *, userinfo=False):
        answer = {k: v[0] for k, v in parse_qs(urlsplit(person.browser.url).query).items()}
        return self.openid.finish(self.party, started, answer, userinfo=userinfo)

    def login(self, person, scope="openid", **options):
        """A person taps and is known to the party."""
        started = self.start(person, scope, **options)
        person.tap(pin=PIN)
        return self.finish(
            person, started, userinfo=set(scope.split()) - {"openid", "offline_access"}
        )

    def sign(self, person, document, scope="openid sign"):
        """A document signed by the person. Returns the person and the interface's result."""
        number = self.openid.open_signing(self.party, document, [])
        started = self.start(person, scope, sign_transaction_id=number)
        person.tap(password=PASSWORD)
        found = self.finish(person, started, userinfo=set(scope.split()) - {"openid", "sign"})
        return SimpleNamespace(person=found, number=number, result=self.result(number))

    def result(self, number):
        url = f"{self.origin}/api/sign-transactions/{number}/result"
        return self.call("sign", "GET", url)

    def call(self, scope, method, url, **arguments):
        return self.openid.call(self.party, scope, method, url, **arguments)

    def close(self):
        self.http.close()


class Listener:
    """A party's server: takes whatever is posted to it, unless it is told to be out of order.

    ``tls``: its certificate and key, as files; ``host``: by which it is called.
    """

    def __init__(self, *, host="127.0.0.1", tls=(), port=0):
        self.posted = []
        self.status = 202
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if listener.status < 300:
                    listener.posted.append((self.path, self.headers["content-type"], body.decode()))
                self.send_response(listener.status)
                self.end_headers()

            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"http{'s' if tls else ''}://{host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path):
        return [body for where, _, body in self.posted if where == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
