"""Readings: what offices and people say, over the kanji alone."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.web.reading.aligned import aligned, has_kanji, hiragana
from kazasu.foundation.web.reading.words import readings

SAID = [
    ("引っ越しの届出を送ります", "引(ひ)っ越(こ)しの届出(とどけで)を送(おく)ります"),
    ("転入届は14日以内に", "転入届(てんにゅうとどけ)は14日(じゅうよっか)以内(いない)に"),
    ("15日と1日と11月1日", "15日(にち)と1日(にち)と11月(がつ)1日(ついたち)"),
    ("令和8年4月20日(日)", "令和(れいわ)8年(ねん)4月(しがつ)20日(はつか)(日(にち))"),
    ("1人と２人と10人", "1人(ひとり)と２人(ふたり)と10人(にん)"),
    ("9時15分から3階で", "9時(くじ)15分(ふん)から3階(がい)で"),
    ("10分ほど", "10分(ぷん)ほど"),
    ("1,234円", "1,234円(えん)"),
    ("続柄と生年月日", "続柄(つづきがら)と生年月日(せいねんがっぴ)"),
    ("何も変わりません", "何(なに)も変(か)わりません"),
    ("行ってください", "行(い)ってください"),
    ("署名用パスワード", "署名用(しょめいよう)パスワード"),
    ("番号（あれば）", "番号(ばんごう)（あれば）"),
    ("カードを、かざす", "カードを、かざす"),
    (
        "北海道札幌市中央区に住む",
        "北海道(ほっかいどう)札幌市中央区(さっぽろしちゅうおうく)に住(す)む",
    ),
]


def said(text, names=()):
    return "".join(f"{one}({kana})" if kana else one for one, kana in readings(text, names))


@pytest.mark.parametrize(("text", "wanted"), SAID, ids=[text for text, _ in SAID])
def test_a_text_is_read_as_people_say_it(text, wanted):
    assert said(text) == wanted


def test_a_place_is_read_in_one_way_in_its_line():
    """大通 is だいつう to the dictionary; behind 大通西 it is what the town is called. Elsewhere the dictionary says it."""
    for line in (
        "北海道札幌市中央区大通西３丁目　大通コーポ",
        "北海道札幌市中央区大通西3丁目 ハイツ大通 305",
    ):
        read = dict(readings(line))
        assert (read["大通西"], read["大通"]) == ("おおどおりにし", "おおどおり"), line
    assert "おおどおり" not in dict(readings("大通コーポ")).values()


def test_a_name_is_read_as_the_register_has_it_and_not_otherwise():
    known = [("佐藤　陽菜", "サトウ　ヒナ")]
    assert said("佐藤　陽菜", known) == "佐藤(さとう)　陽菜(ひな)"
    assert said("佐藤 陽菜が", known).startswith("佐藤(さとう) 陽菜(ひな)が")
    assert said("佐藤さんの番号", known).startswith("佐藤(さとう)さん")
    assert said("佐藤　陽菜") == "佐藤　陽菜", "nobody said how it is read"


@given(st.text(alphabet="引っ越しの日本語12,３月日分人()（）あアーabc 、。県東京都々", max_size=40))
def test_no_letter_is_lost_or_gained(text):
    pieces = list(readings(text, [("東 々", "ヒガシ ドウ")]))
    assert "".join(one for one, _ in pieces) == text
    assert all(has_kanji(one) for one, kana in pieces if kana)
    assert all(kana == hiragana(kana) and not has_kanji(kana) for _, kana in pieces)


@given(st.text(alphabet="食べる生まれ引越届々ッっ", min_size=1, max_size=8), st.text(alphabet="たべうひっこトドケ", max_size=10))  # fmt: skip
def test_a_reading_lies_over_kanji_alone_or_over_the_whole(written, kana):
    pieces = list(aligned(written, kana))
    assert "".join(one for one, _ in pieces) == written
    assert len(pieces) == 1 or all(bool(read) is has_kanji(one) for one, read in pieces)


def test_many_threads_read_at_once():
    texts = [f"{number}番目の届出を送りました" for number in range(40)]
    alone, found = [said(one) for one in texts], {}

    def work(start):
        for number in range(start, 40, 4):
            found[number] = said(texts[number])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [found[number] for number in range(40)] == alone
