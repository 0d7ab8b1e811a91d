"""The bank's page of an account link: who asks, what they may do, yes or no."""

from typing import Literal
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.linking import Linking
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.store.links import LinkRequestRow
from kazasu.exchange.directory import Directory
from kazasu.foundation.web import Form, Site, get, post


class LinkForm(Form):
    act: Literal["agree", "no"]


class LinkPages:
    """One page: the question; and its answer."""

    def __init__(self, site: Site, linking: Linking, money: Money, directory: Directory) -> None:
        self._site = site
        self._linking = linking
        self._money = money
        self._directory = directory

    @get("/link/{request_id}", CUSTOMER)
    def ask(self, request: Request) -> Response:
        number = number_of(request)
        row = self._linking.wanted(request.path_params["request_id"])
        if not self._linking.is_same(number, row):
            return self._site.redirect(_back(row, error="not-the-same"))
        place = urlsplit(row.return_to)
        request.state.form_targets.add(f"{place.scheme}://{place.netloc}")
        return self._site.render(
            request, "link.html", partner=self._directory.entry(row.partner).name, wanted=row,
            limit=model.DAY_LIMIT, overview=self._money.overview(number),
        )  # fmt: skip

    @post("/link/{request_id}", CUSTOMER)
    def answer(self, request: Request) -> Response:
        """Pressed twice it is answered once: the way back with the token must not be lost with the first press."""
        request_id, number = request.path_params["request_id"], number_of(request)
        act = LinkForm.read(request).act

        def work() -> Response:
            if act == "no":
                row = self._linking.deny(number, request_id)
                return self._site.redirect(_back(row, error="denied"))
            row, token = self._linking.approve(number, request_id)
            return self._site.redirect(_back(row, token=token))

        secret = f"link {request.state.session.token} {request_id} {act}"
        return self._site.once(request, secret, work)


def _back(row: LinkRequestRow, **answer: str) -> str:
    query = urlencode({"state": row.state, "request": row.request_id, **answer})
    return f"{row.return_to}?{query}"
