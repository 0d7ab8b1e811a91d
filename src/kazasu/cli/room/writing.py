"""Writes the files of a new room from the skeleton beside this module, and its lines in the lists that people read."""

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

SKELETON: Final = Path(__file__).parent / "skeleton"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the new institution is."""

    name: str
    ja: str
    en: str
    tenants: bool
    sign_in: bool
    staff: bool


def write(root: Path, wanted: Wanted) -> list[Path]:
    """All files made or changed.

    Raises, with nothing written: ``LookupError``: a list has another form than this module knows; ``FileExistsError``: a file
    or folder of this name is there.
    """
    changed = dict(_lists(root, wanted))
    made = dict(_room(root, wanted))
    for place in (root / "src" / "kazasu" / wanted.name, root / "tests" / wanted.name, *made):
        if place.exists():
            raise FileExistsError(errno.EEXIST, "is there", str(place.relative_to(root)))
    for file, text in (made | changed).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return [*made, *changed]


def _room(root: Path, wanted: Wanted) -> Iterator[tuple[Path, str]]:
    room, tests = root / "src" / "kazasu" / wanted.name, root / "tests" / wanted.name
    for file, part in _parts(wanted).items():
        yield _written(room / file, part, wanted)
    yield _written(tests / "__init__.py", "tests_init", wanted)
    yield _written(tests / "test_room.py", "test_room.py", wanted)
    yield _written(root / "docs" / "institutions" / f"{wanted.name}.md", "institution.md", wanted)


def _parts(wanted: Wanted) -> dict[str, str]:
    """Files of the room, and the part of the skeleton that each is written from."""
    python = ("__init__", "institution", "model", "faults", "store", "service", "pages", "room")
    parts = {f"{name}.py": f"{name}.py" for name in python}
    parts |= {"migrations/0100-cards.sql": "migration.sql", "templates/front.html": "front.html"}
    parts |= {"templates/card.html": "card.html"} if wanted.sign_in else {}
    return parts | ({"templates/desk.html": "desk.html"} if wanted.staff else {})


def _written(file: Path, part: str, wanted: Wanted) -> tuple[Path, str]:
    text = Template(_part(part)).substitute(_places(wanted))
    text = re.sub(r"\n{4,}", "\n\n\n", text)
    return file, _sorted_imports(text) if file.suffix == ".py" else text


def _sorted_imports(text: str) -> str:
    """The house's own imports in order, whatever the room is called."""
    lines = text.split("\n")
    own = [place for place, line in enumerate(lines) if line.startswith("from kazasu.")]
    for place, line in zip(own, sorted(lines[place] for place in own), strict=True):
        lines[place] = line
    return "\n".join(lines)


def _part(name: str) -> str:
    return (SKELETON / f"{name}.txt").read_text(encoding="utf-8")


def _places(wanted: Wanted) -> dict[str, str]:
    """What the skeleton's places are filled with."""
    signs = wanted.sign_in or wanted.staff
    plain = {"name": wanted.name, "ja": wanted.ja, "en": wanted.en}
    chosen = {
        "imports": "AssuredAction, Client, Institution" if signs else "Institution",
        "options": "".join(f"    {line}\n" for line in _options(wanted)),
        "person_access": 'PERSON = signed_in("person")\n' if wanted.sign_in else "",
        "staff_access": "STAFF = signed_in(KIND)\n" if wanted.staff else "",
        "staff_import": "from kazasu.kit.staff import KIND, clerk\n" if wanted.staff else "",
        "web_imports": ", ".join(
            ["Site", "get", *(["post"] if wanted.sign_in else []), "public", *(["signed_in"] if signs else [])]
        ),
        "person_pages": _part("person_pages") if wanted.sign_in else "",
        "staff_pages": _part("staff_pages") if wanted.staff else "",
        "kit_imports": _kit_imports(wanted),
        "signing_in": _signing_in(wanted),
        "links": _links(wanted),
        "tests_import": "from tests.support.pages import followed, signed_in_at, walked\n" if wanted.sign_in else "",
        "person_tests": Template(_part("person_tests")).substitute(plain) if wanted.sign_in else "",
        "staff_tests": Template(_part("staff_tests")).substitute(plain) if wanted.staff else "",
        "origin": f'"{wanted.name}:141003"' if wanted.tenants else f'"{wanted.name}"',
        "tenant": "141003" if wanted.tenants else "",
    }  # fmt: skip
    return plain | chosen


def _options(wanted: Wanted) -> Iterator[str]:
    if wanted.tenants:
        yield 'each="municipality",'
    if wanted.staff:
        yield 'staff=("counter",),'
    if wanted.sign_in or wanted.staff:
        yield "client=Client(),"
        yield "actions=("
        if wanted.sign_in:
            yield '    AssuredAction("sign-in", ("aal3", "aal2"), "one\'s own registration", "simulated"),'
        if wanted.staff:
            yield '    AssuredAction("desk", ("aal3",), "other people\'s registrations are behind it", "simulated", card_only=True),'
        yield "),"
        sessions = {"person": "/signin"} if wanted.sign_in else {}
        sessions |= (
            {"staff": "/desk/signin" if wanted.sign_in else "/signin"} if wanted.staff else {}
        )
        yield (
            "sessions={"
            + ", ".join(f'"{kind}": "{path}"' for kind, path in sessions.items())
            + "},"
        )


def _kit_imports(wanted: Wanted) -> str:
    both = wanted.sign_in and wanted.staff
    lines = ["from kazasu.kit.levels import accepted"] if both else []
    lines += ["from kazasu.kit.opening import sign_in_of"] if wanted.sign_in or wanted.staff else []
    lines += ["from kazasu.kit.signin import as_themselves"] if wanted.sign_in else []
    lines += ["from kazasu.kit.staff import admit_staff"] if wanted.staff else []
    return "".join(f"{line}\n" for line in lines)


def _signing_in(wanted: Wanted) -> str:
    first = '    {}sign_in_of(house, INSTITUTION, site, action="{}", admit={}{})\n'
    staff = "admit_staff(house, INSTITUTION)"
    if wanted.sign_in and wanted.staff:
        return (
            first.format("signin = ", "sign-in", 'as_themselves("person")', ', home="/card"')
            + f'    desk = accepted("{wanted.name}.desk")\n'
            + f'    signin.also("/desk/signin", {staff}, levels=desk, home="/desk", card_only=True)\n'
        )
    if wanted.sign_in:
        return first.format("", "sign-in", 'as_themselves("person")', ', home="/card"')
    return first.format("", "desk", staff, ', home="/desk"') if wanted.staff else ""


def _links(wanted: Wanted) -> str:
    link = "<p><a class=\"button{}\" href=\"{}\">{{{{ t('{}', '{}') }}}}</a></p>\n"
    shown = link.format("", "/card", "あなたの登録", "Your registration") if wanted.sign_in else ""
    return shown + (
        link.format(" button-quiet", "/desk", "職員の窓口", "Staff desk") if wanted.staff else ""
    )


# ---------------------------------------------------------------- lists that people read


def _lists(root: Path, wanted: Wanted) -> Iterator[tuple[Path, str]]:
    """The floors, and the row in the architecture's table; at the end of the READMEs' tables where it is one institution."""
    name, row = (
        wanted.name,
        f"| {wanted.en} | what its people tell it | other institutions' tables |",
    )
    floor = r"(?m)^(    (?:.* )?)(kazasu\.municipality )"
    yield _changed(root / ".importlinter", floor, rf"\1kazasu.{name} | \2")
    yield _changed(
        root / "docs" / "architecture.md", r"(?m)^(\| `society` \|)", rf"| `{name}` {row}\n\1"
    )
    if (wanted.sign_in or wanted.staff) and not wanted.tenants:
        address = f"| http://{name}.localhost:8000 | "
        for readme, words in (("README.md", wanted.en), ("README.ja.md", wanted.ja)):
            yield _changed(root / readme, r"(?m)((?:^\| http:.*\n)+)", rf"\1{address}{words} |\n")


def _changed(file: Path, where: str, what: str) -> tuple[Path, str]:
    text, times = re.subn(where, what, file.read_text(encoding="utf-8"), count=1)
    if not times:
        raise LookupError(f"{file}: no place for the new room ({where})")
    return file, text
