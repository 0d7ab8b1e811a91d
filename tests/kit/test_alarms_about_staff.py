"""An alarm about somebody who works here: they neither see it nor close it, whoever must act can, and nothing is locked for ever."""

import pytest
from lxml import html

from kazasu.foundation.alarms.kinds import KINDS
from kazasu.foundation.alarms.ringing import OF_POSTS, Alarm, how_many, post_of, ring, see, unseen
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.alarms import posts
from kazasu.kit.staff import Member, employ
from tests.support.pages import followed, signed_in_at
from tests.support.street import Street

ROOM = "jukinet"
SUSPECT = Member("op-1", "田中　修", ["operator"], "sub-1", "タナカ　オサム")
OTHER = Member("op-2", "鈴木　真理", ["operator"], "sub-2", "スズキ　マリ")
AUDITOR = Member("au-1", "岡田　翠", ["auditor"], "sub-3", "オカダ　ミドリ")
COLLEAGUE = Member("cl-1", "林　剛", [], "sub-4", "ハヤシ　ツヨシ")
HARVESTED = {"who": "clerk:op-1", "people": 21, "usual": 0.0, "most": 20}
FACTS = {
    "who": lambda post: {"who": post, "people": 30, "usual": 0.4, "most": 20},
    "by": lambda post: {"fault": "jpki.card-of-other-person", "by": post, "where": "POST /x"},
    "agreed": lambda post: {
        "look": "E-1", "by": "clerk:somebody", "agreed": post, "reason_ja": "あ", "reason_en": "a",
    },
    "of_anything": lambda post: {"fault": "jpki.card-of-other-person", "by": "nobody", "of_x": post},
}  # fmt: skip
"""Each kind of fact that can name a post."""


@pytest.fixture
def street(databases, clock):
    made = Street(databases, clock)
    databases.founder(ROOM).run("test", lambda tx: employ(tx, [SUSPECT, OTHER, AUDITOR, COLLEAGUE]))
    return made


@pytest.fixture
def desk(street):
    def of(one):
        return signed_in_at(
            street, ROOM, ROOM, "staff", one.staff_id, name=one.name, roles=one.roles
        )

    return of


def rings(databases, facts=HARVESTED, kind="many-people"):
    databases(ROOM).run("test", lambda tx: ring(tx, kind, "x", facts, room=ROOM))
    (alarm,) = databases(ROOM).read("test", unseen)
    return f"/desk/alarms/{alarm.alarm_id}"


def sends(street, browser, path, **data):
    headers = {"origin": street.directory.origin(ROOM)}
    return followed(browser, browser.post(path, data=data, headers=headers))


def opened(databases):
    return len(databases(ROOM).read("test", unseen))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("of", OF_POSTS)
def test_whom_any_fact_of_any_kind_names_is_whom_it_is_about(kind, fact, of):
    alarm = Alarm(None, kind, "x", FACTS[fact](f"{of}:op-1"), 1, None, None, None, "", "")
    assert "op-1" in alarm.about
    assert post_of(f"{of}:*") == ""


@pytest.mark.parametrize("fact", FACTS)
def test_whoever_it_is_about_does_not_close_it(databases, street, desk, fact):
    path = rings(databases, FACTS[fact]("clerk:op-1"))
    told = sends(street, desk(SUSPECT), path, reason="I was at work")
    assert told.status_code == 404, "nor are they told that there is one"
    (alarm,) = databases(ROOM).read("test", unseen)
    with pytest.raises(Refusal, match=r"alarms\.about-yourself"):
        databases(ROOM).run("test", lambda tx: see(tx, alarm.alarm_id, "clerk:op-1", "me"))
    assert opened(databases) == 1
    sends(street, desk(OTHER), path, reason="they were at work")
    assert opened(databases) == 0


def test_whoever_it_is_about_is_not_warned_before_it_is_closed(databases, street, desk):
    path = rings(databases)
    for page in ("/desk/alarms", path, f"{path}/looks"):
        assert "many more people" not in desk(SUSPECT).get(f"{page}?lang=en").text, page
    assert desk(SUSPECT).get(path).status_code == 404
    count = lambda me: databases(ROOM).read("test", lambda tx: how_many(tx, me))  # noqa: E731
    assert [count(one.staff_id) for one in (SUSPECT, OTHER, COLLEAGUE)] == [0, 1, 1]
    assert path in desk(COLLEAGUE).get("/desk/alarms").text
    sends(street, desk(OTHER), path, reason="they were at work")
    page = desk(SUSPECT).get("/desk/alarms?lang=en").text
    assert "they were at work" in page
    assert "Suzuki Mari" in page


def test_the_one_operator_of_a_place_has_an_auditor_over_them(databases, street, desk):
    databases.founder(ROOM).run(
        "test", lambda tx: tx.execute("DELETE FROM staff WHERE staff_id = 'op-2'")
    )
    path = rings(databases)
    page = desk(AUDITOR).get(f"{path}?lang=en").text
    assert "Okada Midori" in html.fromstring(page).xpath("string(//p[@id='who-closes'])")
    sends(street, desk(AUDITOR), path, reason="asked their superior")
    assert opened(databases) == 0
    record = databases(ROOM).read(
        "test", lambda tx: tx.column("SELECT actor FROM audit_log WHERE action = 'kit.alarms.see-reviewed'")
    )  # fmt: skip
    assert record == ["clerk:au-1"]


def test_where_there_is_nobody_else_the_page_says_the_way_out(databases, desk):
    databases.founder(ROOM).run(
        "test", lambda tx: tx.execute("DELETE FROM staff WHERE staff_id IN ('op-2', 'au-1')")
    )
    path = rings(databases)
    said = html.fromstring(desk(COLLEAGUE).get(f"{path}?lang=ja").text)
    assert "もう一人の任命を頼んで" in said.xpath("string(//p[@id='who-closes'])")


def test_names_are_said_and_what_is_not_known_is_no_figure(databases, desk):
    path = rings(databases)
    japanese, english = (desk(OTHER).get(f"{path}?lang={one}").text for one in ("ja", "en"))
    assert "田中　修（op-1）：1時間に21人（ふだんの人数は、まだ分かりません" in japanese
    assert (
        "Tanaka Osamu 田中　修 (op-1): 21 people in an hour (what is usual is not known yet"
        in english
    )
    assert "0.0" not in japanese + english
    assert "found dismiss" not in japanese + english


def test_the_number_goes_on_after_it_rang(databases, desk):
    path = rings(databases)
    for people in (90, 40):
        rings(databases, HARVESTED | {"people": people})
    assert "1時間に90人" in desk(OTHER).get(f"{path}?lang=ja").text


def test_what_was_looked_at_is_shown_without_whom_and_is_on_record(databases, street, desk):
    for actor, note in (("clerk:op-1", "受付 12 号"), ("clerk:op-2", "another's")):
        what = Text(f"住民の検索（{note}）", f"Looking for a resident ({note})")
        databases(ROOM).run(
            "test", lambda tx, a=actor, w=what: tx.audit(Access(a, "test.look", w, ("P-1", "P-2"), "IN-7"))
        )  # fmt: skip
    path = rings(databases)
    page = desk(OTHER).get(f"{path}/looks?lang=ja")
    rows = [one.text_content() for one in html.fromstring(page.text).xpath("//tbody/tr")]
    assert len(rows) == 1
    assert all(one in rows[0] for one in ("受付 12 号", "IN-7", "田中", "2"))
    assert "P-1" not in page.text
    assert desk(AUDITOR).get(f"{path}/looks").status_code == 200
    assert desk(COLLEAGUE).get(f"{path}/looks").status_code == 403
    assert desk(SUSPECT).get(f"{path}/looks").status_code == 404
    record = databases(ROOM).read(
        "test", lambda tx: tx.column("SELECT actor FROM audit_log WHERE action LIKE 'kit.alarms.looks%' ORDER BY id")
    )  # fmt: skip
    assert record == ["clerk:op-2", "clerk:au-1"]


def test_all_of_them_together_are_looked_into_too(databases, desk):
    for actor in ("clerk:op-1", "clerk:op-2"):
        databases(ROOM).run(
            "test", lambda tx, a=actor: tx.audit(Access(a, "test.look", Text("あ", "a"), ("P-1",)))
        )
    path = rings(databases, HARVESTED | {"who": "clerk:*"}, "spread")
    page = desk(SUSPECT).get(f"{path}/looks?lang=ja")
    assert len(html.fromstring(page.text).xpath("//tbody/tr")) == 2


def test_a_post_is_stopped_at_once_from_the_page_and_given_back(databases, street, desk):
    path, suspect = rings(databases), desk(SUSPECT)
    assert suspect.get("/desk/letters").status_code == 200
    other = desk(OTHER)
    assert "なぜ止めるのか" in sends(street, other, f"{path}/stop", who="op-1", why=" ").text
    assert suspect.get("/desk/letters").status_code == 200
    page = sends(street, other, f"{path}/stop", who="op-1", why="nobody knows of it")
    assert "職を止めました" in page.text
    assert "nobody knows of it" in page.text
    assert "signin" in suspect.get("/desk/letters").headers["location"]
    assert "kit.not-staff" in desk(SUSPECT).get("/desk/letters").text + desk(SUSPECT).get("/desk/alarms").text  # fmt: skip
    sends(street, other, f"{path}/stop", who="op-1", why="once more")
    page = sends(street, other, f"{path}/back", back_who="op-1", back_why="it was their work")
    assert "職を戻しました" in page.text
    assert desk(SUSPECT).get("/desk/letters").status_code == 200
    again = sends(street, other, f"{path}/back", back_who="op-1", back_why="once more")
    assert "kit.no-such-post" in again.text
    purposes = databases(ROOM).read(
        "test", lambda tx: tx.column("SELECT purpose_en FROM audit_log WHERE action = 'kit.alarms.stop' ORDER BY id")
    )  # fmt: skip
    assert ["nobody knows of it" in one for one in purposes] == [True, False, False]


@pytest.mark.parametrize("who", ["op-2", "cl-1", "op-1"])
def test_nobody_stops_a_post_that_the_alarm_is_not_about_nor_their_own(
    databases, street, desk, who
):
    path = rings(databases)
    by = SUSPECT if who == "op-1" else OTHER
    page = sends(street, desk(by), f"{path}/stop", who=who, why="out of spite")
    assert ("kit.no-such-alarm" if who == "op-1" else "kit.no-such-post") in page.text
    for one in (SUSPECT, OTHER, COLLEAGUE):
        assert desk(one).get("/desk/alarms").status_code == 200


def test_who_has_no_role_stops_nobody(databases, street, desk):
    path = rings(databases)
    page = sends(street, desk(COLLEAGUE), f"{path}/stop", who="op-1", why="out of spite")
    assert "kit.not-your-role" in page.text
    assert desk(SUSPECT).get("/desk/alarms").status_code == 200


def test_whose_post_was_stopped_does_not_give_it_back_to_themselves(databases, street, desk):
    path, kept = rings(databases), desk(SUSPECT)
    sends(street, desk(OTHER), f"{path}/stop", who="op-1", why="nobody knows of it")
    assert kept.cookies
    (alarm,) = databases(ROOM).read("test", unseen)
    with pytest.raises(Refusal, match=r"alarms\.about-yourself"):
        databases(ROOM).run(
            "test", lambda tx: posts.give_back(tx, alarm, "op-1", "clerk:op-1"), access=Access("system:test", "test.x", Text("あ", "a"), nameless=True),
        )  # fmt: skip
