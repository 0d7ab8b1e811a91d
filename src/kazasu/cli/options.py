"""Options that several commands share, and the settings that they give."""

import argparse
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kazasu.cli.output.refusals import SECRET_ON_COMMAND_LINE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings, read_settings
from kazasu.foundation.values.places import tables


def add_place(parser: argparse.ArgumentParser) -> None:
    """``--data`` and ``--database``: which country is meant."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="データの置き場所 / where the country is kept"
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help="自前の PostgreSQL（パスワードは KAZASU_DATABASE_URL で）"
        " / a PostgreSQL of your own; one with a password by KAZASU_DATABASE_URL",
    )


def add_doors(parser: argparse.ArgumentParser) -> None:
    """``--port`` and ``--log``: how a process is reached and what it writes."""
    add_port(parser)
    parser.add_argument("--log", choices=("text", "json"), help="記録の形 / form of the log")


def add_port(parser: argparse.ArgumentParser, usual: int = 8000) -> None:
    parser.add_argument("--port", type=_port, metavar="N", help=f"ポート番号 / port ({usual})")


def settings_from(arguments: argparse.Namespace, **further: Any) -> Settings:
    """As :func:`settings_alone`, and this process reads the tables of places that lie there.

    Raises Refusal ``cli.secret-on-command-line``, ``places.table-unreadable``.
    """
    settings = settings_alone(arguments, **further)
    tables.use(settings.places_folder)
    return settings


def settings_alone(arguments: argparse.Namespace, **further: Any) -> Settings:
    """The settings of ``KAZASU_*`` and, over them, of the command line.

    Raises Refusal ``cli.secret-on-command-line``.
    """
    if arguments.database and _has_password(arguments.database):
        raise Refusal(SECRET_ON_COMMAND_LINE)
    return read_settings(
        data=arguments.data.resolve() if arguments.data else None,
        database_url=arguments.database,
        port=getattr(arguments, "port", None),
        log=getattr(arguments, "log", None),
        **further,
    )


def _has_password(url: str) -> bool:
    try:
        return "password" in conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # no URL at all, which is said when it is opened
        return False


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9) or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"1–65535: {text}")
    return int(text)
