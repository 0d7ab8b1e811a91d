"""docs/settings.md names every setting, and no other."""

import re
from dataclasses import fields
from pathlib import Path

from kazasu.foundation.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented():
    named = set(re.findall(r"^\| `(KAZASU_\w+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    assert named == {f"KAZASU_{field.name.upper()}" for field in fields(Settings)}
