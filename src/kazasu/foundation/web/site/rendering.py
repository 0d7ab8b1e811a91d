"""A site's pages as HTML: the kit's look, in the reader's words, each form with its owner and its page."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kazasu.foundation.web.acting import address_of, marked, owner_of
from kazasu.foundation.web.acting.kept import Kept
from kazasu.foundation.web.lasting import WARNED
from kazasu.foundation.web.opinions import ASKED as OPINION_PAGE
from kazasu.foundation.web.reading import chosen as reading
from kazasu.foundation.web.reading.furigana import annotated
from kazasu.foundation.web.sessions import LAST_SIGN_IN
from kazasu.foundation.web.templating import environment

if TYPE_CHECKING:
    from kazasu.foundation.web.site import Site

KIT = Path(__file__).parent.parent / "static"


class Rendering:
    """Of one site."""

    def __init__(
        self,
        site: "Site",
        folders: Sequence[Path],
        context: Callable[[Request], Mapping[str, Any]],
    ) -> None:
        """``folders``: of templates, the room's first one beside its files. ``context``: values for every template."""
        self._site = site
        self._context = context
        self._templates = environment(*folders)
        self.own_files = folders[0].parent / "static"
        self.version = _fingerprint([KIT, self.own_files])
        """Of the files that pages name: in their address, so that a browser may keep them."""

    def page(
        self, request: Request, template: str, status: int, context: Mapping[str, Any]
    ) -> Response:
        found: Kept = request.state.kept
        chosen: reading.Chosen = request.state.reading
        site = self._site
        names: dict[str, str] = {}
        html = self._templates.get_template(template).render(
            request=request,
            site=site,
            session=request.state.session,
            lang=request.state.language,
            reads=chosen.words,
            furigana=chosen.furigana,
            names_read=names,
            switch=reading.links(request, chosen),
            static_version=self.version,
            today=site.clock.now(),
            opinion_at=f"{OPINION_PAGE}?{urlencode({'page': request.url.path})}",
            session_ends=site.ends_at(request),
            session_warned=int(WARNED.total_seconds()),
            last_sign_in=_instant(request.state.session.data.get(LAST_SIGN_IN)),
            **{
                "colour": site.colour,
                "site_name": site.name,
                "site_mark": site.mark,
                "refusal": found.refusal,
                "errors": found.errors,
                "typed": found.values,
                "told": found.told,
            }
            | dict(self._context(request))
            | dict(context),
        )
        if chosen.furigana:
            html = annotated(html, names)
        return HTMLResponse(
            marked(html, owner_of(request), address_of(request)), status_code=status
        )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fingerprint(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.glob("*")) if folder.is_dir() else ():
            digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:10]
