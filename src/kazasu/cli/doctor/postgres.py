"""The PostgreSQL that a country of these settings would stand on."""

import os
import shlex
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kazasu.cli.launcher.findings import Finding, Words, judged
from kazasu.cli.launcher.machine import existing
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.binaries import OLDEST, binaries_seen, wheel_folder
from kazasu.foundation.postgres.server import GivenPostgres
from kazasu.foundation.postgres.user import SHARED_HOMES, ServerUser, user_seen
from kazasu.foundation.settings import Settings

_USE: Words = ("国のデータベース", "the country's database")
_PATIENCE = 3
"""Seconds for a server of one's own to answer."""


def database(settings: Settings) -> list[Finding]:
    if settings.database_url:
        return [_given(settings.database_url)]
    return [_programs(), *_user(settings)]


def _given(url: str) -> Finding:
    """It answers, and is new enough. Never shows the URL: there is a password in it."""
    help_ = by_psql(url)
    try:
        server = GivenPostgres(url).start()
        with psycopg.connect(server.url(), connect_timeout=_PATIENCE) as connection:
            version = connection.info.server_version // 10_000
    except Refusal as refusal:
        return Finding("postgres.server", "broken", (refusal.title.ja, refusal.title.en), _USE, help_)  # fmt: skip
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[0]
        return Finding("postgres.server", "broken", (why, why), _USE, help_)
    told: Words = (f"PostgreSQL {version}（{OLDEST} 以上が要る）", f"PostgreSQL {version} ({OLDEST} or later is needed)")  # fmt: skip
    return Finding("postgres.server", judged(good=version >= OLDEST, needed=True), told, _USE)


def by_psql(url: str) -> str:
    """The command that shows the same failure without us. A URL with a password comes by the environment alone."""
    try:
        shown = "password" not in conninfo_to_dict(url)
    except (
        psycopg.ProgrammingError
    ):  # no URL, which the refusal says; whether there is a password in it nobody knows
        shown = False
    return f"psql {shlex.quote(url)}" if shown else 'psql "$KAZASU_DATABASE_URL"'


def _programs() -> Finding:
    found = binaries_seen()
    if not found:
        told: Words = ("PostgreSQL がありません", "no PostgreSQL")
        return Finding("postgres.programs", "broken", told, _USE, "apt-get install postgresql")
    first = found[0]
    embedded = first.folder == wheel_folder()
    kind: Words = ("組み込み", "embedded") if embedded else ("この機械の", "the machine's own")
    return Finding("postgres.programs", "ok",
                   (f"{kind[0]} {first.major}（{first.folder}）", f"{kind[1]} {first.major} ({first.folder})"), _USE)  # fmt: skip


def _user(settings: Settings) -> list[Finding]:
    """Whoever runs the server must get into the folder: root lends it an unprivileged user."""
    use: Words = ("データベースを動かす利用者（root では動かない）", "who runs the database, which refuses root")  # fmt: skip
    user = user_seen()
    if user is None:
        told: Words = ("権限のない利用者がいません", "no unprivileged user")
        return [Finding("postgres.user", "broken", told, use, "useradd --system kazasu-postgres")]
    place = existing(settings.data.resolve())
    return [Finding("postgres.user", "ok", (user.name, user.name), use), _folder(user, place)]


def _folder(user: ServerUser, place: Path) -> Finding:
    """``place``: the data folder, or what is there of the way to it."""
    use: Words = ("データベースのファイル", "the database's files")
    if user.can(place, "x"):
        told: Words = (f"{user.name} は {place} に入れます", f"{user.name} may enter {place}")
        return Finding("postgres.folder", "ok", told, use)
    for home in SHARED_HOMES:
        near = existing(home)
        if os.access(near, os.W_OK) and user.can(near, "x"):
            told = (f"{user.name} は {place} に入れないので、{home} に置きます",
                    f"{user.name} may not enter {place}: the files lie in {home}")  # fmt: skip
            return Finding("postgres.folder", "ok", told, use)
    told = (f"{user.name} は {place} に入れません", f"{user.name} may not enter {place}")
    return Finding("postgres.folder", "broken", told, use, f"chmod o+x {place}")
