"""Opinions on pages: of nobody, with nothing personal in them, counted for everybody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.opinions import MOST, is_personal
from kazasu.foundation.web.opinions.changes import changes
from kazasu.foundation.web.opinions.store import LIFE, Opinions
from tests.foundation.web.test_frame import SAME, Pages
from tests.support.pages import TEMPLATES

FORM = {"_page": "/opinion?page=/mine", "page": "/mine?x=1", "verdict": "stuck", "words": "ボタンがどこか分かりません"}  # fmt: skip


def opened(clock, tmp_path, database):
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES, settings=Settings(data=tmp_path), clock=clock,
        database=database,
    )  # fmt: skip
    site.sign_outs[""] = "/signout"
    site.enter(Pages(site))
    return TestClient(site.app(), base_url="http://test.localhost:8000")


@pytest.fixture
def database(databases):
    return databases("portal")


def stored(database):
    return database.run("test", lambda tx: tx.value("SELECT json_agg(o) FROM opinion o"))


def test_an_opinion_is_of_a_page_and_of_nobody(clock, tmp_path, database):
    with opened(clock, tmp_path, database) as client:
        client.get("/in")
        link = html.fromstring(client.get("/mine").text).xpath(
            "//footer//a[contains(@href, '/opinion')]/@href"
        )
        assert link == ["/opinion?page=%2Fmine"]
        assert client.get(link[0]).status_code == 200
        answer = client.post("/opinion", data=FORM | {"_page": link[0]}, headers=SAME)
        # Whoever is signed in sends from a page of their own; the opinion is of nobody all the same.
        assert answer.url.path in {"/about/opinions", "/opinion"}
    with opened(clock, tmp_path, database) as client:
        answer = client.post("/opinion", data=FORM, headers=SAME)
        assert answer.url.path == "/about/opinions"
        row = html.fromstring(answer.text).xpath("//tbody/tr[1]/*/text()")
        assert row[0] == "/mine"
        assert "ボタン" not in answer.text, "words are for the operator"
    (one, *_) = stored(database)
    assert set(one) == {"tenant", "number", "on_day", "page", "verdict", "words"}
    assert "hanako" not in str(one)


def test_what_may_name_somebody_comes_back_to_its_writer_and_is_not_kept(clock, tmp_path, database):
    with opened(clock, tmp_path, database) as client:
        for words in ("番号は 1234-5678-9012 です", "taro@example.jp へ", "〇" * (MOST + 1)):
            answer = client.post("/opinion", data=FORM | {"words": words}, headers=SAME)
            assert answer.url.path == "/opinion"
            assert html.fromstring(answer.text).xpath("//*[@id='words-error']")
    assert stored(database) is None


def test_a_route_is_shown_as_people_read_it_and_the_sender_is_led_back(clock, tmp_path, database):
    with opened(clock, tmp_path, database) as client:
        answer = client.post("/opinion", data=FORM | {"page": "/about/help"}, headers=SAME)
        page = html.fromstring(answer.text)
        assert page.xpath("//main//div[@role='status']//a/@href") == ["/about/help"]
        assert "{" not in page.xpath("string(//tbody)")


def test_an_address_that_is_no_page_is_not_kept(clock, tmp_path, database):
    with opened(clock, tmp_path, database) as client:
        for page in ("https://evil.test/", "/moves/MV-1234", "//evil.test"):
            client.post("/opinion", data=FORM | {"page": page}, headers=SAME)
    assert {one["page"] for one in stored(database)} == {"/"}


def test_a_flood_of_opinions_is_stopped(clock, tmp_path, database):
    with opened(clock, tmp_path, database) as client:
        answers = [
            client.post("/opinion", data=FORM, headers=SAME, follow_redirects=False).status_code
            for _ in range(12)
        ]
    assert answers[-1] == 429


def test_they_are_kept_for_a_year(clock, database):
    kept = Opinions(database)
    kept.add("", "/", "clear", "")
    clock.advance(LIFE + timedelta(days=1))
    kept.add("", "/move", "unclear", "")
    assert [(one.page, one.clear, one.unclear, one.stuck) for one in kept.counts("")] == [
        ("/move", 0, 1, 0)
    ]


def test_a_site_without_a_database_asks_nobody(clock, tmp_path):
    with opened(clock, tmp_path, None) as client:
        assert "/opinion" not in client.get("/about/help").text


@given(
    st.integers(10**6, 10**16),
    st.sampled_from(["", " ", "-", "－", "・", "−", "–", "—", "‑", "ー", ")", "／", " - ", ") "]),
    st.text("あ漢a、 ", max_size=10),
)
def test_longer_numbers_are_found_however_they_are_written(number, between, words):
    wide = between.join(str(number)).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    kanji = between.join(str(number)).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    for shown in (between.join(str(number)), wide, kanji):
        assert is_personal(f"{words}{shown}{words}")


@pytest.mark.parametrize(
    "words",
    [
        "14日以内が分かりません", "2026年11月", "16文字まで", "ページ 3/12", "", "2026-11-28 から", "2026/1/5",
        "9:00、10:30、13:00", "1,234,567円", "（1）と（2）", "一つ二つ三つ",
    ],
)  # fmt: skip
def test_ordinary_words_are_taken(words):
    assert not is_personal(words)


@pytest.mark.parametrize(
    "words",
    ["090(1234)5678", "090−1234−5678", "〒060−0042", "hanako＠example.jp", "hanako @ example.jp",
     "hanako(at)example.jp", "+81 90 1234 5678", "1234-5678-9012"],
)  # fmt: skip
def test_what_keyboards_make_of_numbers_and_addresses_is_found(words):
    assert is_personal(words)


def test_what_changed_is_told_with_its_day():
    days = [one.on for one in changes()]
    assert days == sorted(days, reverse=True)
    assert len(days) > 2
