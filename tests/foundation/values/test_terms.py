"""Every term that a template or a service names has its line."""

import re
from pathlib import Path

import pytest

from kazasu.foundation.values.terms import term, terms
from kazasu.portal.services import services

SOURCE = Path(__file__).parents[3] / "src" / "kazasu"


def used():
    found = {name for one in services() for name in one.terms}
    for path in SOURCE.rglob("templates/**/*.html"):
        for listed in re.findall(r"\bterms\(\[([^\]]*)\]", path.read_text(encoding="utf-8")):
            found.update(re.findall("'([^']+)'", listed))
    return sorted(found)


@pytest.mark.parametrize("name", used())
def test_a_term_that_is_used_is_explained(name):
    one = term(name)
    assert one.explained.ja.endswith("。")
    assert one.explained.en.endswith(".")


def test_readings_are_hiragana():
    assert [one for one in terms().values() if not re.fullmatch("[ぁ-ゖー]+", one.reading)] == []
