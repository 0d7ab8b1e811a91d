"""The data folder: whose, how far, and the country that runs by it."""

import os
import shlex
import stat
import tomllib
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from kazasu.app.country import files_of, occupied, read_mark
from kazasu.app.secrets import FILE as ROLES
from kazasu.cli.doctor.postgres import by_psql
from kazasu.cli.launcher.findings import Finding, Words, judged
from kazasu.cli.launcher.machine import existing
from kazasu.exchange.directory import Entry, read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import http_client
from kazasu.foundation.postgres import EmbeddedPostgres, find_server
from kazasu.foundation.postgres.faults import UNREACHABLE
from kazasu.foundation.postgres.place import home_of
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.country_clock import open_clock

_USE: Words = ("国のデータ、鍵、カード", "the country's data, keys and cards")
_PATIENCE = 3.0
_TENANTS = 3
_PAGE = "docs/production.md"
_BACKUPS = f"{_PAGE}#backups"
_PYPROJECT = Path(__file__).parents[4] / "pyproject.toml"


def running(settings: Settings) -> bool:
    """Whether a process lives by this folder."""
    with suppress(OSError):
        return occupied(settings)
    return False


def at_home(settings: Settings, *, alive: bool) -> Settings:
    """With the port of the sandbox country that lives here: it may have been founded on another one than is usual, and
    nobody need say so again. In production a proxy stands before the port, and addresses do not name it."""
    if not (alive and settings.sandbox) or settings.socket:
        return settings
    try:
        entries = list(read_directory(settings.directory_file, open_clock(settings)))
    except (OSError, Refusal):  # told by the look at the folder
        return settings
    ports = {port for entry in entries if (port := urlsplit(entry.origin).port)}
    return replace(settings, port=ports.pop()) if len(ports) == 1 else settings


def data_folder(settings: Settings, *, alive: bool) -> list[Finding]:
    data = settings.data
    if not data.exists():
        near = existing(data.resolve())
        told: Words = (f"{data}: まだありません（最初の up でできます）", f"{data}: not there yet; the first up makes it")  # fmt: skip
        good = os.access(near, os.W_OK)
        return [Finding("data.folder", judged(good=good, needed=True), told, _USE,
                        "" if good else f"chown $(id -u) {near}")]  # fmt: skip
    return [_permissions(data), *_country(settings, alive=alive)]


def _permissions(data: Path) -> Finding:
    """Ours, writable, and open to nobody else: there are keys in it."""
    found = data.stat()
    mode = stat.S_IMODE(found.st_mode)
    shown = f"{data}: {mode:04o}"
    if not data.is_dir() or not os.access(data, os.W_OK | os.X_OK):
        told: Words = (f"{shown}、書き込めません", f"{shown}, cannot be written to")
        return Finding("data.folder", "broken", told, _USE, f"chown $(id -u) {data}")
    if mode & 0o066:  # passing through (x) is needed by the server's user
        told = (f"{shown}、ほかの利用者が中を見られます", f"{shown}, other users can look into it")
        return Finding("data.folder", "broken", told, _USE, f"chmod go-rw {data}")
    return Finding("data.folder", "ok", (shown, shown), _USE)


def _country(settings: Settings, *, alive: bool) -> list[Finding]:
    if not files_of(settings):
        told: Words = ("まだ建てていません", "not founded yet")
        return [Finding("data.country", "ok", told, _USE, _found_by(settings))]
    if not settings.sandbox and not (settings.data / ROLES).exists():
        told = (
            "鍵か名簿があります。データベースはまだです",
            "keys or directory are here, no database yet",
        )
        return [Finding("data.country", "ok", told, _USE, _found_by(settings))]
    anew = _made_anew(settings)
    try:
        directory = read_directory(settings.directory_file, open_clock(settings))
    except (Refusal, OSError) as error:
        words = (error.title.ja, error.title.en) if isinstance(error, Refusal) else (str(error),) * 2  # fmt: skip
        return [Finding("data.country", "broken", words, _USE, anew)]
    given = find_server(settings)
    if isinstance(given, EmbeddedPostgres) and not given.exists():
        told = ("鍵はあるのにデータベースがありません", "keys, and no database beside them")
        return [Finding("data.country", "broken", told, _USE, anew)]
    count = len(list(directory))
    told = (f"機関 {count}、{_version(settings)}", f"{count} institutions, {_version(settings)}")
    found = [Finding("data.country", "ok", told, _USE)]
    return [*found, *_alive(settings)] if alive else found


def _found_by(settings: Settings) -> str:
    return "./kazasu up" if settings.sandbox else _PAGE


def _made_anew(settings: Settings) -> str:
    """What helps where something is lost. A production's is in its backups; nothing founds it again."""
    return "./kazasu reset" if settings.sandbox else _BACKUPS


def _version(settings: Settings) -> str:
    """Of the house that looks, and of the cluster; not started to be asked."""
    version = home_of(settings.data) / "cluster" / "PG_VERSION"
    cluster = f", PostgreSQL {version.read_text().strip()}" if version.exists() else ""
    return f"Kazasu {_house()}{cluster}"


def _house() -> str:
    """Its version: by the clone, or as installed."""
    if _PYPROJECT.exists():
        return str(tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("kazasu")


def _alive(settings: Settings) -> list[Finding]:
    """What the running country says of itself, and what its database says."""
    use: Words = ("いま動いている国", "the country that runs now")
    try:
        with find_server(settings) as server, server.connect() as connection:
            mark = read_mark(connection)
    except Refusal as refusal:
        told = (refusal.title.ja, refusal.title.en)
        return [Finding("country.database", "broken", told, use, _looked_at(settings, refusal))]
    good = mark is not None and mark.state == "living"
    state = f"{mark.mode}, {mark.state}" if mark else "–"
    found = [Finding("country.database", judged(good=good, needed=True), (state, state), use,
                     "" if good else _made_anew(settings))]  # fmt: skip
    return [*found, _health(settings, use)]


def _looked_at(settings: Settings, refusal: Refusal) -> str:
    """The one thing to look at; never ``check``, which meets the same refusal."""
    if log := refusal.facts.get("log"):
        return f"tail {shlex.quote(str(log))}"
    if refusal.fault is UNREACHABLE:
        return by_psql(settings.database_url)
    return f"./kazasu faults {refusal.fault.code}"


def _health(settings: Settings, use: Words) -> Finding:
    """Each institution's own word, where this process answers for it; never by way of another machine."""
    bad: list[str] = []
    answered = 0
    for entry in _asked(settings):
        parts = _parts(settings, entry.origin.partition("://")[2])
        answered += parts is not None
        bad += [f"{entry.id} {name}: {state}" for name, state in (parts or {}).items() if state != "ok"]  # fmt: skip
    log = f"tail {settings.data / 'kazasu.log'}"
    if not answered:
        place = settings.socket or f"127.0.0.1:{settings.port}"
        told: Words = (f"{place} が答えません", f"{place} does not answer")
        return Finding("country.health", "broken", told, use, log)
    told = (", ".join(bad), ", ".join(bad)) if bad else (
        f"{answered} 機関が元気です", f"{answered} institutions are well")  # fmt: skip
    return Finding(
        "country.health", judged(good=not bad, needed=True), told, use, log if bad else ""
    )


def _asked(settings: Settings) -> list[Entry]:
    """Those that are the only ones of their kind, and the first few of many."""
    entries = list(read_directory(settings.directory_file, open_clock(settings)))
    alone = [entry for entry in entries if not entry.id.tenant]
    return [*alone, *[entry for entry in entries if entry.id.tenant][:_TENANTS]]


def _parts(settings: Settings, host: str) -> dict[str, str] | None:
    """State by part, as ``/healthz`` tells; None where nobody answers for that host."""
    path = "/healthz"
    try:
        if settings.socket:
            with httpx.Client(transport=httpx.HTTPTransport(uds=settings.socket), timeout=_PATIENCE) as client:  # fmt: skip
                answer = client.get(f"http://{host}{path}")
        else:
            with http_client(timeout=_PATIENCE) as client:
                answer = client.get(f"http://127.0.0.1:{settings.port}{path}", headers={"Host": host})  # fmt: skip
        return {name: part["status"] for name, part in answer.json()["parts"].items()}
    except (httpx.HTTPError, ValueError, KeyError, Refusal):
        return None
