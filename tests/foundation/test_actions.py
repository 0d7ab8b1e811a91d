"""An action says what its record says: who, what for, and why, in both languages."""

import pytest

from kazasu.foundation.actions import ACTIONS, MOST_OF_A_REASON, Action, at_a_desk
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

WHY = Text("試験", "Test")


def made(**more):
    given = {
        "name": "room.thing.read", "who": ("institution", "system"), "purpose": WHY, "role": "", "reasoned": False,
        "shows": "asked", "why": "", "itself": "system:test",
    }  # fmt: skip
    return Action(**given | more)


def test_the_record_says_who_what_for_and_about_whom():
    access = made().by("institution:pay", subjects=iter(["a", "b"]), case="C-1", fields=["name"])
    assert (access.actor, access.action, access.purpose) == (
        "institution:pay",
        "room.thing.read",
        WHY,
    )
    assert (access.subjects, access.case, access.fields) == (("a", "b"), "C-1", ("name",))
    assert made().by().actor == "system:test"
    assert made(shows="nobody", why="x").by().nameless


def test_a_reason_stands_behind_the_purpose_in_both_languages():
    reasoned = made(reasoned=True)
    for blank in ("", " \n "):
        with pytest.raises(Refusal) as refused:
            reasoned.by(reason=blank)
        assert refused.value.fault.code == "actions.reason-needed"
    assert reasoned.by(reason="  事件\n12 ").purpose == Text("試験（事件 12）", "Test (事件 12)")
    assert reasoned.by(reason=Text("交付", "issue")).purpose == Text("試験（交付）", "Test (issue)")
    assert len(reasoned.by(reason="x" * 5_000).purpose.en) == MOST_OF_A_REASON + len("Test ()")


def test_who_asks_brings_the_purpose_where_the_action_has_none():
    bare = made(purpose=None)
    assert bare.by("institution:pay", purpose=WHY).purpose == WHY
    with pytest.raises(TypeError, match="what for"):
        bare.by("institution:pay")


@pytest.mark.parametrize("actor", ["clerk:1", "resident", "", "customer"])
def test_nobody_does_what_is_not_theirs(actor):
    alone = made(who=("institution",), itself="")
    with pytest.raises(TypeError, match="is not done by"):
        alone.by(actor)


def test_what_is_made_by_hand_is_not_declared():
    assert made().name not in ACTIONS


def own(**more):
    return made(**{"who": ("resident", "clerk"), "itself": ""} | more)


def test_an_act_of_ones_own_says_whose_it_is():
    assert own().by("resident", subjects=("a",)).own
    for nobody in ((), ("",), ("a", "")):
        with pytest.raises(TypeError, match=r"nobody|whose\?"):
            own().by("resident", subjects=nobody)
    found = own(shows="found").by("resident")
    assert (found.subjects, found.own) == ((), False)
    assert made().by("institution:pay", subjects=("", "a")).subjects == ("a",), "'' is nobody"
    assert not made().by().own


def test_at_a_desk_nobody_acts_as_a_resident():
    with at_a_desk():
        with pytest.raises(TypeError, match=r"clerk\.access"):
            own().by("resident", subjects=("a",))
        assert made().by("institution:pay").actor == "institution:pay"
    assert own().by("resident", subjects=("a",)).actor == "resident"
