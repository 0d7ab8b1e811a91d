"""The tree itself: its documents hold together, it names nobody's machine, the floors are all."""

import ast
import configparser
import re
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

from kazasu.app.rooms import ROOMS
from tests.support.sources import tree_of

ROOT = Path(__file__).parents[2]
STANDARD = {
    "", "bin", "boot", "dev", "etc", "lib", "lib64", "media", "mnt", "opt", "proc", "run", "sbin",
    "srv", "sys", "tmp", "usr", "var",
}  # fmt: skip
"""First folders that every machine has (Filesystem Hierarchy Standard)."""

HOSTS = re.compile(r"https?://([\w.-]+)")
OWN_HOSTS = re.compile(
    r"(^|\.)(localhost|local|internal|example|example\.(com|org|net|jp)|test|invalid)$|^127\.|^10\.|^[a-z]+$"
)
KNOWN_HOSTS = {
    "www.apache.org", "www.w3.org", "json-schema.org", "openid.net", "schemas.openid.net",
    "keepachangelog.com", "semver.org", "design.digital.go.jp", "elaws.e-gov.go.jp",
    "laws.e-gov.go.jp", "www.digital.go.jp", "www.soumu.go.jp", "www.rfc-editor.org",
    "datatracker.ietf.org", "self-issued.me", "docs.python.org", "www.postgresql.org", "dequeuniversity.com",
}  # fmt: skip
"""Outside places that a document or a standard's identifier may name. Registries are not."""

LICENCES = {"OFL.txt"}
"""As their authors wrote them: a copyright notice must stay as it is, and names where its work is from."""

TEXT = {".py", ".md", ".txt", ".toml", ".sql", ".html", ".css", ".js", ".json", ".yml", ".typ", ""}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: the list of the tree's files is unknown")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.fixture(scope="module")
def texts():
    return {
        path: path.read_text(encoding="utf-8")
        for path in tracked()
        if path.suffix in TEXT and path.exists() and not path.is_symlink()
    }


def test_names_only_known_hosts(texts):
    strange = {
        f"{path.relative_to(ROOT)}: {host}"
        for path, text in texts.items()
        if path.name not in LICENCES and path.relative_to(ROOT).as_posix() != "docs/comparison.md"
        for host in HOSTS.findall(text)  # a comparison names where others said what it tells
        if not OWN_HOSTS.search(host) and host.rstrip(".") not in KNOWN_HOSTS
    }
    assert strange == set()


def test_names_nobodys_folders(texts):
    """An absolute path that exists here but not on every machine belongs to somebody's machine."""
    own = {path.name for path in Path("/").iterdir()} - STANDARD
    named = {
        f"{path.relative_to(ROOT)}: /{first}/"
        for path, text in texts.items()
        for first in re.findall(r"(?<![\w.})>/-])/([a-z_]+)/", text)
        if first in own
    }
    assert named == set()


def test_lock_files_name_no_registry():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("==") <= text.count("--hash="), f"{lock.name}: a package without a hash"


def anchors(text):
    """Headings as GitHub makes anchors of them."""
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        words = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        yield re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def test_links_in_documents_resolve(texts):
    broken = []
    for path, text in texts.items():
        if path.suffix != ".md":
            continue
        without_code = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", without_code):
            if "://" in link or link.startswith("mailto:"):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.exists():
                broken.append(f"{path.relative_to(ROOT)}: {link}")
            elif anchor and anchor not in set(anchors(target.read_text(encoding="utf-8"))):
                broken.append(f"{path.relative_to(ROOT)}: {link} (no such heading)")
    assert broken == []


def test_every_package_has_its_floor():
    linter = configparser.ConfigParser()
    linter.read(ROOT / ".importlinter")
    layers = linter["importlinter:contract:floors"]["layers"]
    named = set(re.findall(r"kazasu\.(\w+)", layers))
    packages = {p.name for p in (ROOT / "src" / "kazasu").iterdir() if (p / "__init__.py").exists()}
    assert packages == named


def test_every_room_has_its_page_of_documentation():
    pages = {path.stem for path in (ROOT / "docs" / "institutions").glob("*.md")}
    assert set(ROOMS) <= pages


def test_every_decision_is_listed():
    listing = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for decision in (ROOT / "docs" / "decisions").glob("0*.md"):
        assert decision.name in listing


# ---------------------------------------------------------------- front doors

PACKAGES = sorted({path.parent for path in (ROOT / "src" / "kazasu").rglob("*.py")})
ROOMS_DOORS = [package for package in PACKAGES if (package / "room.py").exists()]
LEAST: Final = 40
"""Letters of a sentence that tells something."""


def said_by(package):
    """The docstring of a package; every folder with code is one."""
    door = package / "__init__.py"
    return ast.get_docstring(tree_of(door)) or ""


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_says_at_its_door_what_it_holds(package):
    said = said_by(package)
    assert len(said) >= LEAST, "one plain sentence of what it holds"
    assert "to be opened" not in said.lower()


@pytest.mark.parametrize("package", ROOMS_DOORS, ids=lambda package: package.name)
def test_a_room_says_what_it_never_sees(package):
    assert "never" in said_by(package).lower(), "what may never come in?"


MANY: dict[str, str] = {"jpki/certificates/lint/rules": "one rule of the profile a file"}
"""Packages with more than a dozen modules side by side, and why."""


def test_no_package_has_more_than_a_dozen_modules_side_by_side():
    """A newcomer takes in a dozen names at a glance; what is more has a subject that is not named yet."""
    source = ROOT / "src" / "kazasu"
    many = {
        str(folder.relative_to(source))
        for folder in source.rglob("*")
        if folder.is_dir()
        and len([one for one in folder.glob("*.py") if one.name != "__init__.py"]) > 12
    }
    assert many == MANY.keys()


def test_line_ends_are_the_same_in_every_checkout():
    """A migration is known by the hash of its bytes, and a shell does not run a launcher with CRLF."""
    names = b"\0".join(str(path.relative_to(ROOT)).encode() for path in tracked())
    asked = ["git", "check-attr", "-z", "--stdin", "eol", "binary"]
    answer = subprocess.run(asked, cwd=ROOT, input=names, capture_output=True, check=True).stdout
    fields = answer.decode().split("\0")[:-1]
    said = set(zip(fields[::3], fields[1::3], fields[2::3], strict=True))
    fixed = {name for name, *how in said if how in (["eol", "lf"], ["binary", "set"])}
    assert {name for name, *_ in said} - fixed == set()


def test_tests_in_a_browser_wait_by_locators():
    """``wait_for_function`` asks a second time by ``eval``, which our pages forbid: it fails only where it has to wait."""
    waiting = [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if "wait_for_" + "function(" in path.read_text(encoding="utf-8")
    ]
    assert not waiting, waiting
