"""The bank's page of an account link: who asks, what they may do, yes or no."""

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.linking import Linking
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.store.links import LinkRequestRow
from kazasu.exchange.directory import Directory
from kazasu.foundation.web import Site


def enter(site: Site, linking: Linking, money: Money, directory: Directory) -> None:
    @site.route("/link/{request_id}", access=CUSTOMER, methods=["GET", "POST"])
    def link(request: Request) -> Response:
        request_id, number = request.path_params["request_id"], number_of(request)
        if request.method == "POST":
            if request.state.form.get("act") != "agree":
                return site.redirect(_back(linking.deny(number, request_id), error="denied"))
            row, token = linking.approve(number, request_id)
            return site.redirect(_back(row, token=token))
        row = linking.wanted(request_id)
        if not linking.is_same(number, row):
            return site.redirect(_back(row, error="not-the-same"))
        place = urlsplit(row.return_to)
        request.state.form_targets.add(f"{place.scheme}://{place.netloc}")
        return site.render(
            request, "link.html", partner=directory.entry(row.partner).name, wanted=row,
            limit=model.DAY_LIMIT, overview=money.overview(number),
        )  # fmt: skip


def _back(row: LinkRequestRow, **answer: str) -> str:
    query = urlencode({"state": row.state, "request": row.request_id, **answer})
    return f"{row.return_to}?{query}"
