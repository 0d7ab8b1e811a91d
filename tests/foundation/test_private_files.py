"""What is private is so from its first byte, whole or not there at all; and nobody writes such a file in a way of their own."""

import os
import re
import stat
from pathlib import Path

import pytest

import kazasu
from kazasu.foundation import private_files
from kazasu.foundation.private_files import write_private

SOURCE = Path(kazasu.__file__).parent
OTHERS = {
    "foundation/private_files.py": "this one",
    "cli/output/logs.py": "a log grows",
    "foundation/postgres/user.py": "a lock is opened, and never replaced",
}


@pytest.mark.parametrize("content", ["鍵", b"\x00\xff", ""])
def test_it_is_its_owners_whatever_the_process_grants(tmp_path, content):
    before = os.umask(0)
    try:
        write_private(tmp_path / "new" / "keys.json", content)
    finally:
        os.umask(before)
    (file,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_it_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(private_files.os, "fsync", lambda _: done.append("disk"))
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda a, b: done.append("place") or replace(a, b))
    write_private(tmp_path / "keys", "x")
    assert done == ["disk", "place"]


def test_what_was_there_stays_where_writing_fails(tmp_path, monkeypatch):
    write_private(tmp_path / "keys", "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(private_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "keys", "new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("keys", "old")]


def test_a_draft_that_somebody_laid_there_is_not_written_into(tmp_path, monkeypatch):
    monkeypatch.setattr(private_files.secrets, "token_hex", lambda _: "known")
    (tmp_path / "keys.known.new").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "keys", "x")
    assert not (tmp_path / "elsewhere").exists()


def test_nobody_writes_one_in_a_way_of_their_own():
    opened = re.compile(r"os\.open\([^)]*(0o600|mode\))")
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if opened.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(OTHERS)
