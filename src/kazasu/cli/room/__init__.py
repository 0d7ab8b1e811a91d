"""``kazasu room new NAME``: a room with its institution, as small as the house allows, whose checks pass."""

import argparse
import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from kazasu.app.rooms import ROOMS
from kazasu.cli.output.refusals import BAD_ROOM_NAME, BAD_ROOM_TEXT, ROOM_LIST_CHANGED, ROOM_THERE
from kazasu.cli.output.speech import cause, say
from kazasu.cli.room.writing import Wanted, write
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

SUMMARY = Text("新しい機関の部屋を書く", "write the room of a new institution")
ROOT = Path(__file__).parents[4]
_NAME = re.compile(r"^[a-z]{3,20}\Z")
_WORDS = re.compile(r"^[^\W_][\w 　・ー（）()&.,-]{0,59}\Z")
"""What stands in code, documents and pages as it is: letters of any script, and no mark that means something there."""
RESERVED: Final = frozenset(
    [
        "public",
        "postgres",
        "template",
        "kazasu",
        "localhost",
        "www",
        "none",
        "user",
        "session",
        "current",
        "information",
        "schema",
        "founder",
        "owner",
        "tests",
        "docs",
    ]
)
"""Names of the database (CREATE ROLE, CREATE SCHEMA), of hosts and of the house."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["new"], help="新しく書く / write a new one")
    parser.add_argument("name", metavar="NAME", help="小文字だけ / lower-case letters, as library")
    parser.add_argument("--ja", metavar="TEXT", help="日本語の名前 / its name in Japanese")
    parser.add_argument("--en", metavar="TEXT", help="英語の名前 / its name in English")
    parser.add_argument(
        "--tenants", action="store_true", help="市区町村ごとに一つ / one for each municipality"
    )
    parser.add_argument(
        "--sign-in", action="store_true", help="カードでサインイン / people sign in by card"
    )
    parser.add_argument("--staff", action="store_true", help="職員の窓口 / a desk for its staff")


def run(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``cli.bad-room-name``, ``cli.room-there``, ``cli.bad-room-text``, ``cli.room-list-changed``."""
    name = str(arguments.name)
    if (
        not _NAME.match(name)
        or keyword.iskeyword(name)
        or name in RESERVED
        or name.startswith("pg")
    ):
        raise Refusal(BAD_ROOM_NAME, name=name)
    taken = {word for one in ROOMS.values() for word in (one.id, one.host, one.schema)}
    if name in taken:
        raise Refusal(ROOM_THERE, name=name)
    for words in filter(None, (arguments.ja, arguments.en)):
        if not _WORDS.match(words):
            raise Refusal(BAD_ROOM_TEXT, given=words)
    en = arguments.en or name.capitalize()
    if not arguments.ja:
        say(_NO_JAPANESE, name=en)
    wanted = Wanted(
        name=name,
        ja=arguments.ja or en,
        en=en,
        tenants=arguments.tenants,
        sign_in=arguments.sign_in,
        staff=arguments.staff,
    )
    try:
        files = write(ROOT, wanted)
    except FileExistsError as error:
        raise Refusal(ROOM_THERE, name=error.filename) from None
    except LookupError as error:
        raise Refusal(ROOM_LIST_CHANGED, why=cause(error)) from None
    for file in files:
        say(Text("書きました: {file}", "written: {file}"), file=file.relative_to(ROOT))
    # In a process of its own: this one has read the street without the new room.
    command = [
        sys.executable,
        "-m",
        "kazasu",
        "faults",
        "--write",
        str(ROOT / "docs" / "faults.md"),
    ]
    subprocess.run(command, check=True)  # noqa: S603
    say(_NEXT, name=name)
    return 0


_NO_JAPANESE = Text(
    "日本語の名前がないので「{name}」と書きます。--ja で指定できます（後からは institution.py で）。",
    "Its Japanese name is written as “{name}”; --ja says it in Japanese (later: institution.py).",
)
_NEXT = Text(
    "次に: ./kazasu test tests/structure tests/{name}。手紙と照会は docs/adding-a-room.md を見てください。",
    "Next: ./kazasu test tests/structure tests/{name}. For letters and inquiries see docs/adding-a-room.md.",
)
