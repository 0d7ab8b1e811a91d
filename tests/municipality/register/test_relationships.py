"""The forms of 続柄 that are read, written and refused; what cannot be true of a household; the order on paper."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.faults import Refusal
from kazasu.municipality.register.relationships import (
    LINKS,
    OFFERED,
    as_written,
    check,
    doubts,
    on_paper,
    to_make_sure,
)
from kazasu.municipality.register.relationships.forms import INSTEAD


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("子（子の夫）", "子（子の夫）"), ("子(子の夫)", "子（子の夫）"), ("子〔子の妻〕の子", "子（子の妻）の子"), (" 妻 (未届) ", "妻（未届）"),
        ("妻（未届け）", "妻（未届）"), ("未届の夫", "夫（未届）"), ("夫未届", "夫（未届）"), ("妻［未届］の子", "妻（未届）の子"), ("子ノ子", "子の子"),
        ("子ﾉ子", "子の子"), ("　父　の　兄", "父の兄"), ("子の子の子の子", "子の子の子の子"), ("世帯主", "世帯主"), ("縁故者", "縁故者"),
    ],
)  # fmt: skip
def test_however_it_is_typed_it_is_kept_as_the_standard_writes_it(typed, written):
    assert check(typed) == written
    assert check(written) == written


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("孫", "子の子"), ("曽孫", "子の子の子"), ("祖父", "父の父"), ("祖母", "母の母"), ("甥", "兄の子"), ("姪", "妹の子"), ("おじ", "父の兄"),
        ("叔母", "母の妹"), ("いとこ", "父の兄の子"), ("義母", "妻の母"), ("妻の祖母", "妻の母の母"), ("孫の妻", "子の子の妻"), ("婿養子", "子（子の夫）"),
        ("長女", "子"), ("連れ子", "妻の子"), ("内縁の妻", "妻（未届）"), ("家事使用人", "同居人"), ("準世帯主", "同居人"), ("里子", "縁故者"),
        ("子の子の子の子の子", "縁故者"), ("孫の孫の子", "縁故者"), ("世帯主の子", "同居人"), ("子（子の父）", "縁故者"), ("配偶者", "夫"),
        ("本人", "世帯主"), ("ロボット", "妻の母"),
    ],
)  # fmt: skip
def test_what_is_not_written_is_refused_with_what_is(typed, instead):
    with pytest.raises(Refusal) as caught:
        check(typed)
    assert caught.value.fault.code == "municipality.bad-relationship"
    assert instead in caught.value.facts["instead"]
    assert instead in caught.value.facts["instead_en"]


def test_whatever_is_named_instead_can_be_written():
    for word, forms in INSTEAD.items():
        assert [check(one) for one in forms] == list(forms)
        with pytest.raises(Refusal):
            check(word)
    assert [check(one) for one in OFFERED] == list(OFFERED)


@given(st.lists(st.sampled_from(sorted(LINKS)), min_size=1, max_size=6))
def test_brackets_of_half_width_are_read_in_every_chain(links):
    chain = "の".join(links)
    half = chain.replace("（", "(").replace("）", ")")
    assert as_written(half) == chain
    if len(links) <= 4:
        assert check(half) == chain
    else:
        with pytest.raises(Refusal):
            check(half)


def people(*said):
    return [
        SimpleNamespace(name="甲", kana="", sex=sex, relationship=word, is_head=word == "世帯主")
        for sex, word in said
    ]


@pytest.mark.parametrize(
    "said",
    [
        (("男", "世帯主"), ("女", "妻"), ("女", "妻")), (("女", "世帯主"), ("女", "妻")),
        (("男", "世帯主"), ("女", "夫")), (("男", "世帯主"), ("男", "母")), (("女", "世帯主"), ("女", "妻の子")),
        (("女", "世帯主"), ("男", "子の妻")), (("男", "世帯主"), ("女", "妻"), ("女", "妻（未届）")),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_found(said):
    assert doubts(people(*said))


@pytest.mark.parametrize(
    "said",
    [
        (("男", "世帯主"), ("女", "妻"), ("男", "子"), ("女", "子の妻"), ("女", "妻の母")),
        (("女", "世帯主"), ("男", "夫"), ("男", "同居人"), ("女", "縁故者")),
        (("男", "世帯主"), ("男", "夫（未届）")), (("女", "世帯主"), ("不明", "夫")),
        (("男", "子"),), (("男", "世帯主"),),
    ],
)  # fmt: skip
def test_what_can_be_true_is_left_alone(said):
    assert doubts(people(*said)) == []


def test_a_family_stands_in_the_order_of_the_paper():
    """標準仕様書 5.2: a child's family behind that child, parents before siblings, kin of the wife's after them, lodgers last."""
    said = [
        ("同居人", "男", 1950), ("縁故者", "女", 1940), ("妻の母", "女", 1938), ("父の父", "男", 1920), ("妹", "女", 1975),
        ("兄", "男", 1965), ("母", "女", 1945), ("父", "男", 1946), ("子の子", "男", 2020), ("子の妻", "女", 1996), ("子", "女", 1999),
        ("子", "男", 1995), ("妻（未届）", "女", 1972), ("世帯主", "男", 1970),
    ]  # fmt: skip
    living = [
        SimpleNamespace(
            relationship=word, sex=sex, birth_date=date(born, 1, 1), is_head=word == "世帯主",
            resident_id=str(at), name=word, domicile_head="父",
        )
        for at, (word, sex, born) in enumerate(said)
    ]  # fmt: skip
    assert [f"{one.relationship}{one.birth_date.year}" for one in on_paper(living)] == [
        "世帯主1970", "妻（未届）1972", "子1999", "子1995", "子の妻1996", "子の子2020", "父1946", "母1945", "兄1965", "妹1975", "父の父1920",
        "妻の母1938", "縁故者1940", "同居人1950",
    ]  # fmt: skip


def test_of_the_same_birth_the_number_decides():
    twins = [
        SimpleNamespace(
            relationship="子",
            sex="男",
            birth_date=day,
            is_head=False,
            resident_id=number,
            name="甲",
            domicile_head="乙",
        )
        for day, number in ((None, "1"), (date(2020, 1, 1), "3"), (date(2020, 1, 1), "2"))
    ]
    assert [one.resident_id for one in on_paper(twins)] == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("said", "true"),
    [
        (((1986, "世帯主"), (1995, "兄")), False), (((1986, "世帯主"), (1980, "兄")), True), (((1986, "世帯主"), (1986, "弟")), True),
        (((1986, "世帯主"), (1986, "子")), False), (((1986, "世帯主"), (1990, "母")), False), (((1986, "世帯主"), (None, "兄")), True),
        (((1986, "世帯主"), (1990, "妻"), (1992, "妻の姉")), False), (((1986, "世帯主"), (1990, "妻"), (1988, "妻の姉")), True),
        (((1960, "世帯主"), (1985, "子"), (1988, "子"), (1987, "子の子")), True), (((1960, "世帯主"), (1985, "子"), (1984, "子の子")), False),
        (((1986, "世帯主"), (1995, "妻の兄")), True), (((1986, "世帯主"), (1930, "同居人")), True),
    ],
)  # fmt: skip
def test_elder_and_younger_are_held_against_the_dates_of_birth(said, true):
    found = [
        SimpleNamespace(name="甲", kana="", sex="不明", relationship=word, is_head=word == "世帯主",
                        birth_date=date(year, 4, 1) if year else None)
        for year, word in said
    ]  # fmt: skip
    assert bool(to_make_sure(found)) is not true
