"""``./kazasu docs``: the site is whole, in both languages, and asks nobody else for anything."""

import json
import re
import socket
from pathlib import Path

import pytest
from tools.pictures import KEPT

from kazasu.cli import docs
from kazasu.cli.commands import run
from kazasu.cli.docs.gathering import pages_of, told
from kazasu.cli.docs.reference import OPENAPI
from kazasu.cli.docs.site import build
from kazasu.foundation.http import http_client
from kazasu.identity.openapi import PATH

ROOT = Path(__file__).parents[2]
PLACES = {
    "docs/kit.md": "kit.md", "docs/decisions/README.md": "decisions/README.md",
    "docs/decisions/0001-a.md": "decisions/0001-a.md", "CHANGELOG.md": "project/CHANGELOG.md",
}  # fmt: skip


def test_the_site_is_whole_and_loads_nothing_from_elsewhere(tmp_path, capsys):
    assert run(["docs", "--into", str(tmp_path)]) == 0, capsys.readouterr().out
    pages = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    assert {"index.html", "index.ja.html", "tutorial/first-hour.ja.html", "faults.html"} <= pages
    assert {"reference/commands.html", "reference/messages.html", "reference/api.html"} <= pages
    for page in pages:
        text = (tmp_path / page).read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*src=\"([^\"]+)|<link[^>]*stylesheet[^>]*href=\"([^\"]+)", text)  # fmt: skip
        assert not [one for pair in loaded for one in pair if "://" in one], page
    listed = (tmp_path / "external-links.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    commands = (tmp_path / "reference/commands.html").read_text(encoding="utf-8")
    assert '<html class="no-js" lang="ja"' in (tmp_path / "index.ja.html").read_text("utf-8")
    assert "国の時計を見る・進める" in commands
    assert "show or move the country" in commands


@pytest.mark.parametrize(
    "wrong",
    ["[x](nowhere.md)", "[x](other.md#nowhere)", "[x](#nowhere)", "![x](nowhere.png)"],
    ids=["page", "heading elsewhere", "heading", "picture"],
)
def test_a_link_to_nowhere_is_a_finding(tmp_path, wrong):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text(f"# A\n\n{wrong}\n\n```{{toctree}}\nother\n```\n")
    (source / "other.md").write_text("# B\n\n[back](index.md#a)\n")
    assert len(build(source, tmp_path / "site")) == 1


def test_a_page_in_no_list_is_a_finding(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text("# A\n")
    (source / "lost.md").write_text("# B\n")
    assert "lost.md" in " ".join(build(source, tmp_path / "site"))


@pytest.mark.parametrize(
    ("path", "written", "expected"),
    [
        ("docs/kit.md", "[a](decisions/0001-a.md#why)", "[a](decisions/0001-a.md#why)"),
        ("docs/kit.md", "[a](../CHANGELOG.md)", "[a](project/CHANGELOG.md)"),
        ("docs/decisions/0001-a.md", "[a](../../CHANGELOG.md#x)", "[a](../project/CHANGELOG.md#x)"),
        ("CHANGELOG.md", "[a](docs/kit.md)", "[a](../kit.md)"),
        ("docs/kit.md", "[a](institutions/)", "[a](institutions/index.md)"),
        ("docs/kit.md", "[a](../src/kazasu/x.py)", "a (`src/kazasu/x.py`)"),
        ("docs/kit.md", "[`src/x.py`](../src/x.py)", "`src/x.py`"),
        ("docs/kit.md", "[a](https://www.w3.org/x) [b](#c)", "[a](https://www.w3.org/x) [b](#c)"),
        ("docs/kit.md", "```\n[a](../src/x.py)\n```", "```\n[a](../src/x.py)\n```"),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_page_or_names_the_file(path, written, expected):
    assert told(written, path, PLACES) == expected


def test_every_document_is_a_page():
    places = pages_of(ROOT)
    assert len(set(places.values())) == len(places)
    assert set(places) >= {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}  # fmt: skip


def test_without_its_tools_it_says_how_to_get_them(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(docs, "find_spec", lambda _: None)
    assert run(["docs", "--into", str(tmp_path)]) == 2
    assert "[cli.no-site-builder]" in capsys.readouterr().err


def test_a_taken_port_is_told_before_anything_is_built(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "gather", None)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        asked = ["docs", "--serve", "--port", str(other.getsockname()[1]), "--into", str(tmp_path)]
        assert run(asked) == 2
    assert "[cli.port-taken]" in capsys.readouterr().err


def test_the_interface_that_is_documented_is_the_one_that_is_served(country):
    """To renew it: the running service's /api/openapi.json, with sorted keys, an indent of one, port 8000."""
    with http_client() as client:
        served = client.get(f"{country.directory.origin('identity')}{PATH}").json()
    documented = json.loads((ROOT / OPENAPI).read_text(encoding="utf-8"))
    assert served | {"servers": documented["servers"]} == documented


def test_every_picture_is_made_from_the_running_country():
    """``python -m tools.pictures`` makes them; none is drawn by hand, none is left over."""
    assert {path.name for path in (ROOT / "docs" / "pictures").iterdir()} == set(KEPT)
