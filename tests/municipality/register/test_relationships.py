"""How somebody stands to another head, where it follows; what cannot be true of a household."""

from types import SimpleNamespace

import pytest

from kazasu.municipality.register.relationships import OFFERED, check, doubts, under


@pytest.mark.parametrize(
    ("head", "sex", "member", "right"),
    [
        ("妻", "男", "妻の子", "子"), ("妻（未届）", "男", "妻（未届）の母", "母"), ("妻", "男", "父", "夫の父"),
        ("夫", "女", "妹", "妻の妹"), ("子", "女", "父", "母の父"), ("妻", "", "父", ""),
        ("妻", "男", "子", ""), ("子", "男", "妻", ""), ("子", "男", "子", ""), ("同居人", "女", "夫", ""),
        ("同居人", "女", "子", ""), ("妻", "男", "同居人", ""), ("妻", "男", "縁故者", ""),
    ],
)  # fmt: skip
def test_only_what_follows_is_said(head, sex, member, right):
    assert under(head, sex, member) == right


def test_what_follows_can_be_written():
    for head in OFFERED:
        for member in OFFERED:
            for sex in ("男", "女", "不明"):
                if found := under(head, sex, member):
                    assert check(found) == found


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
