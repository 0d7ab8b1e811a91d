"""A correction ex officio in a real Chromium: what will stand is looked at on a phone and on a desk, in both languages, and nothing is written."""

import os
from pathlib import Path

import pytest

from kazasu.society.stories import moving
from tests.support.chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
PICTURES = os.environ.get("DESK_PICTURES", "")
"""A folder, to look at the pages afterwards."""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_correction_is_looked_at_and_changed(stage, axe_source, size):
    folder = Path(PICTURES) / f"correction-{size['width']}" if PICTURES else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    one = stage(size=size, axe=axe_source, pictures=folder)
    clerk = moving.clerk_at(one, moving.OLD, "鈴木　真理", moving.OLD_CLERK).browser
    desk = one.origin(moving.OLD)
    clerk.get(f"{desk}/desk/residents?q=カトウ　ヨウコ&purpose=certificate").click("Kato")
    clerk.page.get_by_text("Correct ex officio", exact=True).click()
    if clerk.page.locator("#whole-household").count():
        clerk.page.locator("#whole-household").check()
    clerk.press(
        "Look at the correction", town="存在町", name="加藤洋子", because="住居表示の確認による"
    )
    clerk.expect("Nothing is written yet").expect("存在町")
    clerk.expect("No space divides surname and given name").expect("have to be updated")
    here = clerk.url
    clerk.get(f"{here}&lang=ja").expect("まだ何も書かれていません").expect(
        "書きかえることになります"
    )
    clerk.press("書き直す").expect("職権で修正する")
    assert clerk.page.locator("#town").input_value() == "存在町"
    assert clerk.page.locator("#town").is_visible()
    clerk.get(f"{clerk.url}&lang=en").expect("Correct ex officio")
