"""Code to copy, filled in for one registration: each a whole program with its commands. Longer ones, with signing, are in the repository's ``examples/``.

Each program begins at ``/login``, shows ``/me`` to whoever is signed in, and tells the person when nobody was, with a way to
try again. What is filled in comes as a literal of the language.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kazasu.identity.clients.model import Client

LOGIN, CHECK = "/login", "/me"
"""Where a login begins in each program, and what is open to the signed in alone."""


@dataclass(frozen=True, slots=True)
class Snippet:
    name: str
    file: str
    """What to call it."""
    install: str
    run: str
    """Empty: it is run as it stands."""
    code: str


_PROGRAMS: Final = (
    ("FastAPI", "app.py", "pip install authlib fastapi httpx itsdangerous uvicorn", "uvicorn app:app --loop asyncio --port {port}"),
    ("Flask", "app.py", "pip install authlib flask requests", "flask --app app run --port {port}"),
    ("Django", "app.py", "pip install authlib django requests", "python app.py runserver --noreload {port}"),
    ("Node", "app.mjs", "npm install openid-client", "node app.mjs"),
    ("curl", "login.sh", "", ""),
)  # fmt: skip
PUSHES_AND_PROVES: Final = frozenset(("Node", "curl"))
"""Programs whose library can push a request (RFC 9126) and prove a key (RFC 9449), as a live party must; Authlib proves none."""
_FIRST: Final = ("name", "address", "birthdate", "gender", "age_over_20")
"""What a first login may ask for; signing needs a document first."""
_TEXTS: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=False,  # noqa: S701 - programs, shown as text; what is filled in is quoted for its language
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    variable_start_string="<<",
    variable_end_string=">>",
    block_start_string="<%",
    block_end_string="%>",
    comment_start_string="<#",
    comment_end_string="#>",
    trim_blocks=True,
)


def snippets(client: Client, issuer: str, origin: str) -> list[Snippet]:
    """All that can work for this client, for its first redirect address."""
    redirect_uri = client.redirect_uris[0]
    place = urlsplit(redirect_uri)
    port = str(place.port or 3000)
    facts = {
        "client_id": client.client_id,
        "issuer": issuer,
        "origin": origin,
        "home": home_of(client),
        "host": place.hostname or "",
        "redirect_uri": redirect_uri,
        "path": place.path or "/",
        "scope": " ".join(["openid", *(s for s in client.scopes if s in _FIRST)]),
    }
    local = (urlsplit(issuer).hostname or "").endswith(".localhost")
    found = []
    for name, file, install, run in _PROGRAMS:
        if client.strict and name not in PUSHES_AND_PROVES:
            continue
        quoted: Callable[[str], str] = shlex.quote if name == "curl" else json.dumps
        literals = {key: quoted(value) for key, value in facts.items()}
        code = _TEXTS.get_template(f"{name.lower()}.txt").render(
            literals, port=port, local=local, strict=client.strict
        )
        found.append(Snippet(name, file, install, run.format(port=port), code))
    return found


def home_of(client: Client) -> str:
    """Where the party's first redirect address lies, without its path."""
    place = urlsplit(client.redirect_uris[0])
    return f"{place.scheme}://{place.netloc}"
