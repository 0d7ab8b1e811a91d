"""After signing out at one service: what else was begun in this browser, and its end in one press."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.identity import SIGNED_IN_HERE as REST
from kazasu.exchange.directory import Directory
from kazasu.foundation.web import Site, get, post, public
from kazasu.foundation.web.sessions import SID
from kazasu.identity.consents.browser import Here, SignedInHere
from kazasu.identity.consents.store import Party

_OWN: Final = "this browser's own sealed cookie is what there is to end"


class BrowserPages:
    """That page, and its act."""

    def __init__(self, site: Site, here: SignedInHere, directory: Directory) -> None:
        self._site = site
        site.on_the_way_out.add(
            REST
        )  # one comes by it, before the first page tells that one is signed out
        self._here = here
        self._directory = directory

    @get(REST, public(_OWN))
    def ask(self, request: Request) -> Response:
        """What began here and may last still; once it was ended, what was done. Shows nobody: only services."""
        here = self._here.of(request)
        told = request.state.kept.told
        parties = [] if told else self._here.parties(here)
        return self._site.render(
            request, "signed_in_here.html", parties=parties, ways=self._ways(parties),
            back=told.get("back", "") or here.back,
        )  # fmt: skip

    @post(REST, public(_OWN))
    def end(self, request: Request) -> Response:
        """All of it; sent again it finds nothing more. Who was signed in on these pages by it is so no longer."""
        here = self._here.of(request)
        ways = self._ways(self._here.parties(here))
        unreached = self._here.end(here)
        sids = {sid for one in here.begun for sid in one.sids}
        if request.state.session.data.get(SID) in sids:
            self._site.sign_out(request)
        names = [[one.name_ja, one.name_en, self._place_of(one)] for one in unreached]
        late = [[one.name_ja, one.name_en, one.href] for one in ways]
        answer = self._site.tell(
            request, REST, done=True, unreached=names, late=late, back=here.back
        )
        self._here.keep(answer, Here())
        return answer

    def _ways(self, parties: Iterable[Party]) -> list[SimpleNamespace]:
        """To the private ones, which hear of it late: where one signs out at once."""
        return [
            SimpleNamespace(href=place, name_ja=one.name_ja, name_en=one.name_en)
            for one in parties
            if not one.public_institution and (place := self._place_of(one))
        ]

    def _place_of(self, party: Party) -> str:
        """Address of an institution's first page, where one signs out there at once; empty: it is not ours to know."""
        at = party.institution
        return f"{self._directory.origin(at)}/" if at and at in self._directory else ""
