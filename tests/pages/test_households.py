"""世帯変更届 in a real Chromium: on a phone and at a desk, in both languages, to the page that shows all of it; nothing is written."""

import os
from pathlib import Path

import pytest

from kazasu.society.stories import moving
from tests.support.chromium import DESK, PHONE
from tests.support.country import founded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
PICTURES = os.environ.get("DESK_PICTURES", "")
"""A folder, to look at the pages afterwards."""
WORDS = {
    "en": ("Take a notice of a change", "Another head", "Go on to relationships and the notice", "Look at what will be written", "Nothing is written yet", "Change it"),
    "ja": ("世帯変更届を受け付ける", "世帯主変更", "続柄と届出へ進む", "内容を見る", "まだ何も書かれていません", "書き直す"),
}  # fmt: skip


@pytest.fixture(scope="module")
def country():
    """One of its own: in the country that pages share nobody stays in a household for certain."""
    with founded() as running:
        yield running


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_another_head_is_looked_at_and_changed(stage, axe_at, size, lang):
    folder = Path(PICTURES) / f"household-{size['width']}-{lang}" if PICTURES else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    take, head, on, look, nothing, again = WORDS[lang]
    one = stage(size=size, axe=axe_at(lang, size), pictures=folder)
    clerk = moving.clerk_at(one, moving.OLD, "鈴木　真理", moving.OLD_CLERK).browser
    desk = one.origin(moving.OLD)
    clerk.get(f"{desk}/desk/households?lang={lang}")
    clerk.get(f"{desk}/desk/residents?q=サトウ　ハナコ&purpose=notice&lang={lang}")
    clerk.page.locator("main a[href^='/desk/residents/']").first.click()
    clerk.click(take)
    clerk.page.get_by_label(head, exact=True).check()
    clerk.page.locator("#head input").nth(2).check()
    clerk.press(on)
    for field in clerk.page.locator("input[name^='relationship-']").all():
        if not field.input_value():
            field.fill("子")
    clerk.page.locator("#given_by input").first.check()
    clerk.page.locator("#document input").first.check()
    clerk.press(look, **{"on-year": "2026", "on-month": "11", "on-day": "20"})
    clerk.expect(nothing)
    assert clerk.page.locator("main section").count()
    clerk.press(again)
    assert clerk.page.locator("#on-day").input_value() == "20"
    assert clerk.page.locator("#given_by input").first.is_checked()
