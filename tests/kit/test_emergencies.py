"""Whatever an emergency can open: to one member of staff, of one record, agreed to by a second, for an hour, to look and to do nothing else."""

import importlib
import pkgutil
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

import kazasu
from kazasu.exchange.street import street
from kazasu.foundation.actions import ACTIONS, action
from kazasu.foundation.alarms.ringing import for_others, see, unseen
from kazasu.foundation.audit import AGREED_BY, Access, accesses
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.emergency import store
from kazasu.kit.emergency.model import ANSWER, LIFE, LOOK, REVIEW, Look
from kazasu.kit.emergency.service import Emergencies, Named
from kazasu.kit.staff import Clerk, Member, employ

OTHER = "of another tenant"
READING = Access("system:test", "test.read", Text("試験", "Test"))


@pytest.fixture(scope="module", autouse=True)
def everything():
    """Actions are declared at import."""
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu."):
        if "skeleton" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def opened_by_emergency():
    return [one for one in ACTIONS.values() if one.emergency]


def room_of(one):
    (found,) = [declared for declared in street() if declared.schema == one.room]
    return found


def tenants_of(one):
    return ("141003", "011002") if room_of(one).each else ("", "")


@pytest.fixture(scope="module")
def world(module_databases):
    """In each room of such an action: who has every role but the one, who has it, and somebody without any."""
    for one in opened_by_emergency():
        roles = set(room_of(one).staff)
        posts = {
            "without": roles - {one.role},
            "another": roles - {one.role},
            "second": roles,
            "with": {one.role},
        }
        members = [Member(who, "職員", sorted(held), f"sub-{who}") for who, held in posts.items()]
        for tenant in dict.fromkeys(tenants_of(one)):
            module_databases.founder(one.room).run("test", lambda tx, m=members: employ(tx, m), tenant=tenant)  # fmt: skip
    return module_databases


def enter(world, one, look, tenant, told=("P-told",)):
    world(one.room).run("test.enter", lambda tx: store.add(tx, look, list(told)), tenant=tenant, access=READING)  # fmt: skip


def asked(world, number, **more):
    now = world.clock.now()
    return replace(
        Look(
            number, f"R-{number}", "without", now - timedelta(minutes=5), "life", "火災", "a fire"
        ),
        **more,
    )


def agreed(world, number, ago=timedelta(0), **more):
    at = world.clock.now() - ago
    return asked(
        world, number, asked_at=at - timedelta(minutes=1), agreed_by="second", agreed_at=at, until=at + LIFE, **more,
    )  # fmt: skip


def outcome(world, one, who, about, tenant, work=lambda _: "done"):
    clerk = Clerk(who, "職員", frozenset(room_of(one).staff))
    try:
        access = clerk.access(one, emergency=about)
        return world(one.room).run("test.look", work, tenant=tenant, access=access)
    except Refusal as refusal:
        return refusal.fault.code


def test_something_is_opened_by_an_emergency():
    assert "municipality.resident.unveil" in {one.name for one in opened_by_emergency()}


def test_who_lacks_the_role_is_refused_in_ordinary_work(world):
    for one in opened_by_emergency():
        access = Clerk("without", "職員", frozenset({one.role})).access(one, reason="試験")
        with pytest.raises(Refusal, match=r"kit\.not-your-role"):
            world(one.room).run("test", lambda _: "done", tenant=tenants_of(one)[0], access=access)


def test_only_an_open_look_of_ones_own_at_this_very_record_opens_it(world):
    for one in opened_by_emergency():
        here, there = tenants_of(one)
        now = world.clock.now()
        closed = {"closed_by": "without", "closed_at": now}
        for look in (
            asked(world, "EL-ASKED"),
            agreed(world, "EL-OPEN"),
            agreed(world, "EL-LAST", LIFE - timedelta(seconds=1)),
            agreed(world, "EL-OVER", LIFE),
            agreed(world, "EL-ENDED", closed_as="end", **closed),
            asked(world, "EL-REFUSED", closed_as="refuse", closed_by="second", closed_at=now),
        ):
            enter(world, one, look, here)
        shut = "kit.emergency-not-open"
        for (who, number, tenant), expected in {
            ("without", "EL-NONE", here): shut,
            ("without", "EL-ASKED", here): shut,
            ("without", "EL-OPEN", here): "done",
            ("without", "EL-LAST", here): "done",
            ("without", "EL-OVER", here): shut,
            ("without", "EL-ENDED", here): shut,
            ("without", "EL-REFUSED", here): shut,
            ("another", "EL-OPEN", here): shut,
            ("second", "EL-OPEN", here): shut,
            ("nobody", "EL-OPEN", here): shut,
            **({("without", "EL-OPEN", there): shut} if here != there else {}),
        }.items():
            found = outcome(world, one, who, f"R-{number}", tenant)
            assert found == expected, f"{one.name}: {who}, {number}, {tenant}"


def test_a_post_that_ended_ends_its_looks(world):
    for one in opened_by_emergency():
        here, _ = tenants_of(one)
        enter(world, one, agreed(world, "EL-LEFT", asked_by="left"), here)
        member = Member("left", "職員", [], "sub-left")
        world.founder(one.room).run("test", lambda tx, m=member: employ(tx, [m]), tenant=here)
        assert outcome(world, one, "left", "R-EL-LEFT", here) == "done"
        schema = one.room
        with psycopg.connect(world.url(schema)) as connection:
            connection.execute(f"DELETE FROM {schema}.staff WHERE staff_id = 'left'")
        assert outcome(world, one, "left", "R-EL-LEFT", here) == "kit.emergency-not-open"


def test_both_are_named_in_the_record_and_whose_data_are_seen_reads_why(world):
    for one in opened_by_emergency():
        here, _ = tenants_of(one)
        enter(world, one, agreed(world, "EL-READ"), here, told=["P-read"])
        assert outcome(world, one, "without", "R-EL-READ", here) == "done"

        def rows(tx):
            return accesses(tx, "P-read"), accesses(tx, "R-EL-READ")

        told, whose = world(one.room).read("test", rows, tenant=here, access=READING)
        (row,) = [each for each in told if each.action == one.name]
        assert (row.actor, row.case_id) == ("clerk:without", "EL-READ")
        assert f"{AGREED_BY}clerk:second" in row.fields
        assert "火災" in row.purpose_ja
        assert "a fire" in row.purpose_en
        assert whose == [], "whose record it is need not be who may learn of it"


def test_it_is_to_look_and_the_database_lets_nothing_be_written(world):
    for one in opened_by_emergency():
        here, _ = tenants_of(one)
        enter(world, one, agreed(world, "EL-WRITES"), here)
        for writes in (
            lambda tx: tx.insert("emergency_told", tenant=tx.tenant, person="X", look_id="EL-WRITES"),
            lambda tx: tx.execute("UPDATE emergency_look SET words = 'x'"),
        ):  # fmt: skip
            with pytest.raises(errors.ReadOnlySqlTransaction):
                outcome(world, one, "without", "R-EL-WRITES", here, writes)
        shown = lambda tx: tx.shown(["P-shown"])  # noqa: E731
        outcome(world, one, "without", "R-EL-WRITES", here, shown)
        named = world(one.room).read(
            "test", lambda tx: accesses(tx, "P-shown"), tenant=here, access=READING
        )
        assert [each.action for each in named] == [one.name], "who was shown is still named"


@pytest.mark.parametrize(
    "wrong",
    [
        {"agreed_by": "without"},
        {"until": timedelta(minutes=61)},
        {"reviewed_by": "without"},
        {"reviewed_by": "second"},
    ],
    ids=lambda one: str(next(iter(one.items()))),
)
def test_the_database_itself_knows_two_people_an_hour_and_a_third_one(world, wrong):
    one = opened_by_emergency()[0]
    look = agreed(world, "EL-WRONG", timedelta(hours=2))
    if "until" in wrong:
        look = replace(look, until=look.agreed_at + wrong["until"])
    elif "agreed_by" in wrong:
        look = replace(look, agreed_by=wrong["agreed_by"])
    else:
        look = replace(look, reviewed_at=world.clock.now(), verdict="right", **wrong)
    with pytest.raises(errors.CheckViolation):
        enter(world, one, look, tenants_of(one)[0])


def test_no_action_is_opened_that_needs_no_role_or_tells_nobody():
    for more in ({"reasoned": True}, {"role": "counter"}, {"role": "counter", "reasoned": True, "shows": "nobody", "why": "x"}):  # fmt: skip
        with pytest.raises(ValueError, match="an emergency opens"):
            action("municipality.test.never", "clerk", Text("試験", "Test"), emergency=True, **more)
    assert "municipality.test.never" not in ACTIONS


def test_an_action_that_does_not_say_so_is_opened_by_none(world):
    for one in ACTIONS.values():
        if "clerk" in one.who and not one.emergency:
            with pytest.raises(TypeError, match="opened by no emergency"):
                Clerk("without", "職員", frozenset()).access(one, emergency="R-1", reason="試験")


# ---------------------------------------------------------------- its life


class Records:
    """Of a room that has closed records of everybody but ``open``."""

    def told(self, tx, about):
        return [] if about == "open" else [f"P-{about}"]

    def named(self, tx, about):
        return Named("氏名", "", about, "/")


@pytest.fixture
def desk(world):
    from kazasu.municipality.register.emergencies import ACTS, REASONS  # noqa: PLC0415

    one = ACTIONS["municipality.resident.unveil"]
    for table in ("emergency_told", "emergency_look", "alarm"):
        world.founder("municipality").run(
            "test", lambda tx, t=table: tx.execute(f"DELETE FROM {t}")
        )
    return Emergencies(world("municipality"), ACTS, REASONS, Records()), tenants_of(one)[0]


ASKER = Clerk("without", "職員", frozenset())
SECOND = Clerk("second", "職員", frozenset({"decider"}))
THIRD = Clerk("another", "職員", frozenset({"auditor"}))
EVENTS = {
    "agree": lambda desk, at, number: desk.act(at, SECOND, number, "agree"),
    "refuse": lambda desk, at, number: desk.act(at, SECOND, number, "refuse"),
    "withdraw": lambda desk, at, number: desk.act(at, ASKER, number, "withdraw"),
    "end": lambda desk, at, number: desk.act(at, ASKER, number, "end"),
    "review": lambda desk, at, number: desk.review(at, THIRD, number, "right", "見た"),
}
PATHS = {
    "asked": (),
    "open": ("agree",),
    "ended": ("agree", "end"),
    "reviewed": ("agree", "end", "review"),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
    "lapsed": (ANSWER,),
}


def ask(desk, at, about="1"):
    return desk.ask(at, ASKER, about, "life", "火災")


def state(desk, at, number):
    return desk.look(at, SECOND, number).state.key


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("here", LOOK.states)
def test_every_cell_is_the_tables(desk, world, here, event):
    desk, at = desk
    number = ask(desk, at)
    for step in PATHS[here]:
        if isinstance(step, timedelta):
            world.clock.advance(step)
        else:
            EVENTS[step](desk, at, number)
    assert state(desk, at, number) == here
    if LOOK.can(here, event):
        EVENTS[event](desk, at, number)
        assert state(desk, at, number) == LOOK.turn(here, event).to
    else:
        with pytest.raises(Refusal, match=r"states\.not-now"):
            EVENTS[event](desk, at, number)
        assert state(desk, at, number) == here


def test_sixty_minutes_later_it_is_over_and_waits_for_its_review(desk, world):
    desk, at = desk
    number = ask(desk, at)
    EVENTS["agree"](desk, at, number)
    world.clock.advance(LIFE - timedelta(seconds=1))
    assert state(desk, at, number) == "open"
    world.clock.advance(timedelta(seconds=1))
    assert state(desk, at, number) == "ended"
    world.clock.advance(timedelta(hours=24))
    assert not desk.look(at, SECOND, number).late
    world.clock.advance(timedelta(seconds=1))
    assert desk.look(at, SECOND, number).late
    assert desk.every(at, THIRD)[0].late
    EVENTS["review"](desk, at, number)
    assert not desk.look(at, SECOND, number).late


def test_who_asked_can_neither_agree_nor_review_and_who_agreed_cannot_review(desk, world):
    desk, at = desk
    everything = frozenset({"decider", "auditor"})
    number = ask(desk, at)
    for what in ("agree", "refuse"):
        with pytest.raises(Refusal, match=r"kit\.same-person-agrees"):
            desk.act(at, Clerk("without", "職員", everything), number, what)
    EVENTS["agree"](desk, at, number)
    with pytest.raises(Refusal, match=r"states\.not-yours"):
        desk.act(at, THIRD, number, "end")
    desk.act(at, SECOND, number, "end")
    for who in ("without", "second"):
        with pytest.raises(Refusal, match=r"kit\.own-look-reviewed"):
            desk.review(at, Clerk(who, "職員", everything), number, "right", "見た")
    assert state(desk, at, number) == "ended"


def test_asked_twice_it_is_one_and_anew_when_it_is_over(desk, world):
    desk, at = desk
    number = ask(desk, at)
    assert ask(desk, at) == number
    assert ask(desk, at, "2") != number
    EVENTS["agree"](desk, at, number)
    assert ask(desk, at) == number
    EVENTS["end"](desk, at, number)
    assert ask(desk, at) != number


def test_what_is_open_anyway_is_not_asked_for(desk):
    desk, at = desk
    for asks in (lambda: ask(desk, at, "open"), lambda: desk.whose(at, ASKER, "open")):
        with pytest.raises(Refusal, match=r"kit\.nothing-closed"):
            asks()
    assert desk.every(at, ASKER) == []
    with pytest.raises(Refusal, match=r"kit\.no-such-look"):
        desk.look(at, ASKER, "EL-NONE")


def alarms(world, at):
    return world("municipality").read(
        "test", lambda tx: tx.column("SELECT kind FROM alarm ORDER BY first_at, kind"), tenant=at
    )


def test_agreeing_rings_and_what_was_wrong_rings_again(desk, world):
    desk, at = desk
    number = ask(desk, at)
    assert alarms(world, at) == [], "nothing is open yet"
    EVENTS["agree"](desk, at, number)
    assert alarms(world, at) == ["emergency-look"]
    EVENTS["end"](desk, at, number)
    world.clock.advance(timedelta(minutes=1))
    desk.review(at, THIRD, number, "wrong", "用件がなかった")
    assert alarms(world, at) == ["emergency-look", "emergency-wrong"]


SECOND_LATER = timedelta(seconds=1)


def late_ones(desk, world, at):
    """Alarms of late reviews that are open, after some ticks."""
    for _ in range(3):
        desk.ring_late()
    found = world("municipality").read("test", unseen, tenant=at)
    return [one for one in found if one.kind == "emergency-late"]


def test_a_review_that_is_late_rings_once_and_names_no_resident(desk, world):
    desk, at = desk
    number, open_one, there = (
        ask(desk, at),
        ask(desk, at, "2"),
        tenants_of(ACTIONS["municipality.resident.unveil"])[1],
    )
    EVENTS["agree"](desk, at, number)
    world.clock.advance(LIFE)
    EVENTS["agree"](desk, at, ask(desk, at, "3"))
    world.clock.advance(REVIEW)
    assert late_ones(desk, world, at) == [], "its twenty-four hours are not over"
    world.clock.advance(SECOND_LATER)
    (alarm,) = late_ones(desk, world, at)
    assert (alarm.cause, alarm.times) == (number, 1), "the others were never opened, or are in time"
    assert alarm.about == {"without", "second"}
    assert for_others([alarm], "without") == for_others([alarm], "second") == []
    assert for_others([alarm], "another") == [alarm]
    assert "77" not in str(alarm.facts)
    assert open_one not in str(alarm.facts)
    assert late_ones(desk, world, there) == [], "another city's"


def test_closing_the_alarm_reviews_nothing(desk, world):
    desk, at = desk
    number = ask(desk, at)
    EVENTS["agree"](desk, at, number)
    EVENTS["end"](desk, at, number)
    world.clock.advance(REVIEW + SECOND_LATER)
    (alarm,) = late_ones(desk, world, at)
    world("municipality").run("test", lambda tx: see(tx, alarm.alarm_id, "clerk:another", "見る"), tenant=at)  # fmt: skip
    world.clock.advance(REVIEW - SECOND_LATER)
    assert late_ones(desk, world, at) == [], "whoever looks into it has a day for it"
    world.clock.advance(SECOND_LATER)
    (again,) = late_ones(desk, world, at)
    assert again.cause == number
    EVENTS["review"](desk, at, number)
    close = lambda tx: see(tx, again.alarm_id, "clerk:another", "点検した")  # noqa: E731
    world("municipality").run("test", close, tenant=at)
    world.clock.advance(3 * REVIEW)
    assert late_ones(desk, world, at) == [], "it was reviewed"


@pytest.mark.parametrize("path", ["asked", "refused", "withdrawn", "lapsed", "reviewed"])
def test_what_was_never_open_or_was_reviewed_is_never_late(desk, world, path):
    desk, at = desk
    number = ask(desk, at)
    for step in PATHS[path]:
        if isinstance(step, timedelta):
            world.clock.advance(step)
        else:
            EVENTS[step](desk, at, number)
    world.clock.advance(3 * REVIEW)
    assert late_ones(desk, world, at) == []


def test_the_list_names_nobody_and_each_step_names_who_is_told(desk, world):
    desk, at = desk
    number = ask(desk, at, "77")
    EVENTS["agree"](desk, at, number)
    desk.every(at, THIRD)
    rows = world("municipality").read(
        "test", lambda tx: (accesses(tx, "P-77"), accesses(tx, "77")), tenant=at, access=READING
    )
    assert [one.action for one in rows[0]] == [
        "municipality.emergency.answer",
        "municipality.emergency.ask",
    ]
    assert rows[1] == []
