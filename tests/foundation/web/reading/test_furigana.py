"""Readings on a finished page: text, forms and everything that is no text stay as they were."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kazasu.foundation.web.reading.furigana import annotated

READING = re.compile(r"</?with-readings>|</?ruby>|<r[tp]>[^<]*</r[tp]>")
TEXTS = st.sampled_from(
    [
        "引っ越す",
        "署名して送る",
        "a &lt; b &amp; 次",
        "佐藤　花子さん",
        "plain",
        "14日 (月)",
        "&#x5e74;",
    ]
)
OURS = {"with-readings", "ruby", "rt", "rp"}
LEFT_ALONE = st.sampled_from([
    '<input type="submit" value="送る" aria-label="確認 > 次">', "<textarea>住所\n番地</textarea>",
    '<select><option value="市">市区町村</option></select>', '<svg viewBox="0 0 1 1"><text>印</text></svg>',
    "<code>番号</code>", "<pre>一覧</pre>", "<ruby>届<rt>とどけ</rt></ruby>", "<!-- 注意 <b>太字</b> -->",
    '<p data-no-readings>氏名 <b>住所</b> 電話</p>', "<script>const 値 = '一';</script>", "<template>音</template>",
    "<img alt='写真 <a>' src=x>",
])  # fmt: skip
INLINE = st.sampled_from(["b", "a", "button", "label", "td", "legend", "summary", "h1"])


@st.composite
def pages(draw):
    parts = draw(st.lists(st.one_of(TEXTS, LEFT_ALONE, TEXTS.flatmap(lambda text: INLINE.map(lambda tag: f"<{tag} title=\"題名>\">{text}</{tag}>"))), max_size=12))  # fmt: skip
    return "<!doctype html><title>題名</title><form method=post>" + "".join(parts) + "</form>"


@given(pages())
def test_without_readings_it_is_the_page_that_was_there(page):
    read = annotated(page, {"佐藤　花子": "サトウ　ハナコ"})
    assert READING.sub("", read).replace("&#x5e74;", "年") == READING.sub("", page).replace("&#x5e74;", "年")  # fmt: skip
    before, after = html.fromstring(page), html.fromstring(read)
    for one in after.xpath("//ruby[rp]"):
        assert [child.tag for child in one] == ["rp", "rt", "rp"]
        assert not {up.tag for up in one.iterancestors()} & {"textarea", "option", "svg", "code", "pre", "title", "script", "template"}  # fmt: skip
    assert [(one.tag, dict(one.attrib)) for one in before.iter() if one.tag not in OURS] == [
        (one.tag, dict(one.attrib)) for one in after.iter() if one.tag not in OURS
    ]


@given(LEFT_ALONE)
def test_what_is_sent_drawn_or_copied_is_left_alone(part):
    assert annotated(part, {}) == part


def test_text_behind_what_is_left_alone_is_read_again():
    read = annotated("<p data-no-readings>氏<p>名</p></p><p>届出</p><br data-no-readings>住所", {})
    assert read.count("<rt>") == 2
    assert "<rt>とどけで</rt>" in read
    assert "<rt>じゅうしょ</rt>" in read


def test_a_persons_name_is_read_from_the_page_alone():
    page = "<b>佐藤　陽菜</b><i>佐藤さん</i>"
    assert annotated(page, {"佐藤　陽菜": "サトウ　ヒナ"}).count("<rt>さとう</rt>") == 2
    assert "<rt>" not in annotated("<b>佐藤　陽菜</b>", {}), "and nothing of it is kept"


def test_a_text_is_one_item_of_whatever_it_stands_in():
    read = html.fromstring(annotated("<button>\n <svg></svg> 探す </button>", {}))
    assert [one.tag for one in read] == ["svg", "with-readings"]
    assert read.text == "\n "


def test_what_was_escaped_stays_escaped():
    assert "<script" not in annotated("<p>次 &lt;script&gt; 番号</p>", {})


def test_a_page_that_was_read_before_costs_less_than_ten_milliseconds():
    page = "".join(
        f"<li><a href='/{n}'>{n % 200}番目の届出を送りました</a></li>" for n in range(600)
    )
    annotated(page, {})
    started = time.process_time()
    annotated(page, {"佐藤　陽菜": "サトウ　ヒナ"})
    assert time.process_time() - started < 0.01


def test_what_people_say_is_read_as_they_say_it():
    """The dictionary reads 言う as it is heard, ゆう; nobody writes it so."""
    read = annotated("<p>窓口で言うと、直ります</p>", {})
    assert "<rt>い</rt>" in read
    assert "<rt>ゆ</rt>" not in read
