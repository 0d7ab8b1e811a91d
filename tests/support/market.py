"""The bank and the payment service on test databases, with an identity service that is a fake of its
wire format; people at browsers who read pages by their words."""

import threading
import time
from unittest.mock import patch

import httpx
import psycopg
import pytest
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from kazasu.cli.processes.countries import free_port
from kazasu.society.stories.browser import Browser
from tests.support.fake_identity import FakeIdentity, Holder
from tests.support.street import Street


class Market:
    """``browser(holder)`` is somebody with a card; ``identity`` is the fake."""

    def __init__(self, databases, clock):
        self.clock = clock
        self.databases = databases
        client = httpx.Client(transport=httpx.MockTransport(self._route))
        with patch("kazasu.app.process.http_client", lambda *_, **__: client):
            self.street = Street(databases, clock, "bank", "pay")
        self.directory = self.street.directory
        self.identity = FakeIdentity(self.directory, clock)
        self.bank, self.pay = (self.directory.origin(who) for who in ("bank", "pay"))
        self.unreachable = set()
        """Hosts that do not answer now."""

    def _route(self, request):
        host = request.url.host.partition(".")[0]
        if host in self.unreachable:
            raise httpx.ConnectError("unreachable", request=request)
        if host == "id":
            return self.identity.handle(request)
        with_app = TestClient(
            self.street.application, base_url=str(request.url.copy_with(path="/", query=None)),
            follow_redirects=False, cookies=None,
        )  # fmt: skip
        answer = with_app.request(
            request.method, str(request.url), content=request.content,
            headers=[(k, v) for k, v in request.headers.multi_items() if k != "content-length"],
        )  # fmt: skip
        return httpx.Response(
            answer.status_code, headers=answer.headers.multi_items(), content=answer.content
        )

    def browser(self, holder=None):
        """A browser; what is tapped in it is tapped by ``holder``."""
        return _Hand(self, holder, httpx.Client(transport=httpx.MockTransport(self._route)))

    def settle(self):
        self.street.settle()

    def open_account(self, holder, browser=None, *, agree=True):
        """The whole opening. Returns the browser at its last page."""
        browser = browser or self.browser(holder)
        browser.get(f"{self.bank}/open").click("Begin")
        browser.press("Next", purpose="living").press("Next", occupation="employee")
        browser.press("Sign and apply")
        if browser.has("Your account is open"):
            browser.press("Agree and sign" if agree else "Do not agree")
        if agree:
            self.settle()  # the subscription is asked for by a job
        return browser

    def sign_out(self, token, at=None):
        """The identity service says that somebody signed out. Returns the answer of the payment service (or ``at``)."""
        with httpx.Client(transport=httpx.MockTransport(self._route)) as client:
            address = f"{at or self.pay}/signin/backchannel-logout"
            return client.post(address, data={"logout_token": token})

    def push(self, token, content_type="application/secevent+jwt", at=None):
        """The identity service pushes an event. Returns the answer of the bank (or ``at``)."""
        with httpx.Client(transport=httpx.MockTransport(self._route)) as client:
            return client.post(
                f"{at or self.bank}/events", content=token, headers={"content-type": content_type}
            )

    def post(self, url, content):
        with httpx.Client(transport=httpx.MockTransport(self._route)) as client:
            return client.post(url, content=content)

    def sql(self, room, query, *params):
        """Rows, past row level security."""
        with psycopg.connect(self.databases.url(room)) as connection:
            connection.execute(f"SET search_path TO {room}")
            return connection.execute(query, params).fetchall()


class _Hand(Browser):
    """A browser in somebody's hands: before each step, it is their card that lies on the reader."""

    def __init__(self, market, holder, client):
        super().__init__(client=client)
        self.market = market
        self.holder = holder

    def _walk(self, method, url, data):
        self.market.identity.holder = self.holder
        super()._walk(method, url, data)


def hanako(**changes):
    return Holder(**({"name": "佐藤　花子"} | changes))


class OpenMarket:
    """The same over real HTTP on one port of this machine, for a real browser."""

    def __init__(self, databases, clock):
        self.port = free_port()
        self.street = Street(databases, clock, "bank", "pay", port=self.port)
        self.directory = self.street.directory
        self.identity = FakeIdentity(self.directory, clock)
        self.bank, self.pay = (self.directory.origin(who) for who in ("bank", "pay"))
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app, host="127.0.0.1", port=self.port, log_level="error", interface="asgi3"
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    async def _app(self, scope, receive, send):
        host = dict(scope.get("headers", [])).get(b"host", b"")
        if scope["type"] == "http" and host.startswith(b"id."):
            request = Request(scope, receive)
            asked = httpx.Request(
                request.method, str(request.url), headers=request.headers.raw,
                content=await request.body(),
            )  # fmt: skip
            answer = await run_in_threadpool(self.identity.handle, asked)
            response = Response(answer.content, answer.status_code, dict(answer.headers))
            await response(scope, receive, send)
            return
        await self.street.application(scope, receive, send)

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self.street.process.client.close()


@pytest.fixture
def market(databases, clock):
    """A market for each test, where a conftest names it."""
    return Market(databases, clock)
