"""The network's one page: what it is, for whoever opens its address."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.web import Site, get, public


class NetworkPages:
    def __init__(self, site: Site, portal: str) -> None:
        self._site = site
        self._portal = portal

    @get("/", public("what the network is; nothing of anybody"))
    def front(self, request: Request) -> Response:
        return self._site.render(request, "front.html", portal=self._portal)
