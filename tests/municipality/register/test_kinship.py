"""How somebody stands to another head, held against families of which everything is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.municipality.register.relationships import Kin, check, standing
from tests.support.kin import Family, as_registered


def anew(random, *, adoptions):
    """A household under its old head, one of it who heads now, and everybody else's standing beside the truth."""
    family = Family(random, adoptions=adoptions)
    old = random.choice(family.people)
    living = [one for one in family.people if one is not old and random.random() < 0.7]
    if not living:
        return
    new = random.choice(living)
    written = as_registered(family, old, [old, *living], random)
    truths = family.truths(new)
    for one in [old, *living]:
        if one is not new:
            yield (
                written[new],
                written[one],
                standing(written[new], old.sex, written[one], tuple(written.values())),
                truths[one],
            )


def of_kin(random, *, adoptions):
    """Of those whom the register calls kin."""
    for new, one, found, truth in anew(random, adoptions=adoptions):
        if "縁故者" not in (new.relationship, one.relationship):
            yield new, one, found, truth


@given(st.randoms(use_true_random=False))
def test_of_a_family_without_adoptions_what_follows_is_true_and_the_truth_is_offered(random):
    for new, one, found, truth in of_kin(random, adoptions=False):
        said = (new, one, found, truth)
        assert set(found.offered) & set(truth), said
        assert not found.relationship or found.relationship in truth, said


@given(st.randoms(use_true_random=False))
def test_where_somebody_was_adopted_the_truth_about_the_nearest_is_offered(random):
    for new, one, found, truth in of_kin(random, adoptions=True):
        if all("の" not in kin.relationship or "（" in kin.relationship for kin in (new, one)):
            assert set(found.offered) & set(truth), (new, one, found, truth)


@given(st.randoms(use_true_random=False), st.booleans())
def test_nothing_is_offered_that_the_register_does_not_write(random, adoptions):
    for _, _, found, _ in anew(random, adoptions=adoptions):
        assert [check(said) for said in found.offered] == list(found.offered)
        assert not found.relationship or found.relationship == found.offered[0]


# ------------------------------------------------------------ known cases


def kin(said):
    """妻女62: the old head's wife, a woman, born in 1962."""
    *word, sex, tens, ones = said
    return Kin("".join(word), sex, date(1900 + int(tens + ones), 5, 1))


OLD = "世帯主男60"


@pytest.mark.parametrize(
    ("head", "member", "follows"),
    [
        ("妻女62", OLD, "夫"), ("妻女62", "妻の子女82", "子"), ("妻女62", "妻の母女35", "母"), ("妻女62", "父男30", "夫の父"),
        ("妻女62", "弟男65", "夫の弟"), ("妻（未届）女62", "妻（未届）の母女35", "母"), ("妻女62", "子男55", "夫の子"), ("子男85", OLD, "父"),
        ("子男85", "子女90", "妹"), ("子女90", "子男85", "兄"), ("子男85", "父男30", "父の父"), ("子男85", "母女31", "父の母"),
        ("子男85", "兄男55", "父の兄"), ("妻の子女82", OLD, "母の夫"), ("妻の子女82", "妻女62", "母"), ("父男30", OLD, "子"),
        ("父男30", "妻女62", "子の妻"), ("父男30", "子男85", "子の子"), ("父男30", "子の妻女86", "子の子の妻"),
        ("母女31", "子の子の子男99", "子の子の子の子"), ("父の父男05", "子の子の子男99", "縁故者"), ("兄男55", OLD, "弟"),
        ("妹女65", OLD, "兄"), ("兄男55", "妻女62", "弟の妻"), ("兄男55", "子男85", "弟の子"), ("弟男65", "子（子の夫）男88", "兄の子（子の夫）"),
        ("子の夫男84", OLD, "妻の父"), ("子の妻女86", OLD, "夫の父"), ("子（子の夫）男88", OLD, "父"), ("妻の父男33", OLD, "子の夫"),
        ("兄の子女88", OLD, "父の弟"), ("父の妻女40", OLD, "夫の子"), ("同居人男70", OLD, "同居人"), ("縁故者女40", OLD, "縁故者"),
    ],
)  # fmt: skip
def test_what_follows_is_said(head, member, follows):
    assert standing(kin(head), "男", kin(member)).relationship == follows


@pytest.mark.parametrize(
    ("head", "member", "first"),
    [
        ("妻女62", "子男85", ["子", "夫の子"]), ("妻女62", "子の妻女86", ["子の妻", "夫の子の妻"]), ("子男85", "妻女62", ["母", "父の妻"]),
        ("子男85", "妻の子女82", ["姉", "父の妻の子"]), ("子男85", "子の妻女86", ["妻"]), ("子男85", "子の子男99", ["子"]),
        ("子女90", "子（子の夫）男88", ["夫", "兄"]), ("母女31", "父男30", ["夫", "夫（未届）", "子の父"]), ("父男30", "弟男65", ["子", "妻の子"]),
        ("兄男55", "父男30", ["父", "母の夫", "弟の父"]), ("兄男55", "妹女65", ["妹", "弟の妹"]), ("子の妻女86", "子男85", ["夫", "夫の兄"]),
        ("子の妻女86", "子の子男99", ["子", "夫の子"]), ("子の子男99", OLD, ["父の父", "母の父"]), ("子の子男99", "子女90", ["父", "母"]),
        ("妻女62", "同居人男70", ["同居人", "縁故者"]), ("子男85", "子女85", ["姉", "妹"]),
    ],
)  # fmt: skip
def test_what_does_not_follow_is_asked_with_the_likely_first(head, member, first):
    found = standing(kin(head), "男", kin(member))
    assert found.relationship == ""
    assert [one for one in found.offered if one in first] == first
    assert found.offered[0] == first[0]
    assert "確かめてください" in found.why.ja


@pytest.mark.parametrize(
    ("head", "member", "beside"),
    [("妻女62", "父男30", "父"), ("父男30", "妻女62", "子（子の妻）"), ("父男30", "子男85", "子"), ("子男85", "子女90", "妻")],
)  # fmt: skip
def test_what_an_adoption_would_make_of_them_stands_beside(head, member, beside):
    found = standing(kin(head), "男", kin(member))
    assert beside in found.offered[1:]
    assert "養子縁組" in found.why.ja


def test_of_unknown_sex_or_birth_both_are_asked():
    assert standing(Kin("子"), "", Kin("世帯主")).offered == ("父", "母")
    assert standing(Kin("子", "男"), "男", Kin("子")).offered[:4] == ("兄", "姉", "弟", "妹")


def test_the_family_of_who_lives_there_is_offered_before_others():
    living = (kin("子男85"), kin("子女90"), kin("子の子男99"))
    found = standing(kin("子男85"), "男", kin("子の子男99"), living)
    assert found.offered[:2] == ("子", "妹の子")


def test_what_is_not_in_the_register_needs_its_reason_and_of_lodgers_nothing_does():
    child = standing(kin("妻女62"), "男", kin("子男85"))
    assert not child.departs("子")
    assert not child.departs("夫の子")
    assert child.departs("弟")
    assert not standing(kin("同居人男70"), "男", kin("同居人女72")).departs("妻（未届）")
    assert not standing(kin("妻女62"), "男", Kin("")).departs("母")
    assert standing(kin(OLD), "男", kin("妻女62")).departs("妻（未届）"), "nobody else heads"
