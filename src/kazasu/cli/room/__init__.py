"""``kazasu room new NAME``: a room with its institution, as small as the house allows, whose checks pass."""

import argparse
import keyword
import re
import subprocess
import sys
from pathlib import Path

from kazasu.cli.output.refusals import BAD_ROOM_NAME, ROOM_THERE
from kazasu.cli.output.speech import say
from kazasu.cli.room.writing import Wanted, write
from kazasu.exchange.street import street
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

SUMMARY = Text("新しい機関の部屋を書く", "write the room of a new institution")
ROOT = Path(__file__).parents[4]
_NAME = re.compile(r"^[a-z]{3,20}\Z")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["new"], help="new")
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
    """Raises Refusal ``cli.bad-room-name``, ``cli.room-there``."""
    name = str(arguments.name)
    if not _NAME.match(name) or keyword.iskeyword(name):
        raise Refusal(BAD_ROOM_NAME, name=name)
    taken = {word for one in street() for word in (one.id, one.host, one.schema)}
    if name in taken or (ROOT / "src" / "kazasu" / name).exists():
        raise Refusal(ROOM_THERE, name=name)
    wanted = Wanted(
        name=name,
        ja=arguments.ja or f"{name}（体験）",
        en=arguments.en or name.capitalize(),
        tenants=arguments.tenants,
        sign_in=arguments.sign_in,
        staff=arguments.staff,
    )
    for file in write(ROOT, wanted):
        say(Text("書きました: {file}", "written: {file}"), file=file.relative_to(ROOT))
    # In a process of its own: this one has read the street without the new room.
    command = [sys.executable, "-m", "kazasu", "faults", "--write", str(ROOT / "docs" / "faults.md")]
    subprocess.run(command, check=True)  # noqa: S603
    say(_NEXT, name=name)
    return 0


_NEXT = Text(
    "次に: ./kazasu test tests/structure tests/{name}。手紙と照会は docs/adding-a-room.md を見てください。",
    "Next: ./kazasu test tests/structure tests/{name}. For letters and inquiries see docs/adding-a-room.md.",
)
