"""A move's own page: what was signed can be read again, what cannot be done any more is said rightly, what the city corrected is a line."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.acting import kept, owner
from kazasu.foundation.web.acting.kept import Kept
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.portal.home import waiting
from kazasu.portal.move.answers import answers_from
from kazasu.portal.pages.cases import _why_not
from tests.support.city import code_of
from tests.support.pages import followed, signed_in_at
from tests.support.town import CLERK, NEW, OLD, Town

RESIDENT = "sub-1"


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def page(town, path):
    browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT)
    return browser, words(browser.get(f"{path}?lang=en"))


def words(answer):
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


def test_what_was_signed_is_read_again(town):
    case = town.submit()
    answers = answers_from(town.portal.move(RESIDENT, case).answers)
    _, shown = page(town, f"/moves/{case}")
    assert "What you gave notice of" in shown
    for one in answers.movers:
        assert one.name.replace("　", " ") in shown.replace("　", " ")
    assert "A household of our own" in shown
    assert "Telephone" in shown


def test_of_a_cancelled_move_no_counter_is_to_be_asked(town):
    case = town.submit()
    town.settle()
    browser, _ = page(town, f"/moves/{case}")
    town.portal.withdraw(RESIDENT, case)
    told = words(followed(browser, browser.get(f"/moves/{case}/cancel?lang=en")))
    assert "portal.cancelled-already" in told
    assert "This procedure is cancelled already" in told
    assert "counter of your new city" not in told.partition("What happened")[0]


def test_the_present_appointment_stands_on_the_page_that_changes_it(town):
    case = town.submit()
    town.settle()
    answers = answers_from(town.portal.move(RESIDENT, case).answers)
    _, shown = page(town, f"/moves/{case}/visit")
    on = answers.visits_on
    assert f"Your appointment now: {on:%A} {on.day} {on:%B} {on.year} 9:00 am Hall" in shown


def test_a_tab_that_shows_an_earlier_appointment_changes_nothing(town):
    """Nor does the same press twice: the second one finds it chosen."""
    case = town.submit()
    town.settle()
    path = f"/moves/{case}/visit?lang=en"
    browser, _ = page(town, path)
    old = html.fromstring(browser.get(path).content).xpath("//main//form")[0]

    def press(form, starts):
        fields = dict(form.form_values())
        on = town.portal.move(RESIDENT, case).answers["visit_date"]
        answer = browser.post(
            path, data=fields | {"slot": f"hall|{on}|{starts}"},
            headers={"origin": str(browser.base_url).rstrip("/")},
        )  # fmt: skip
        return words(followed(browser, answer))

    def appointment():
        return town.portal.move(RESIDENT, case).answers["visit_starts"]

    press(old, "11:00")
    chosen = town.portal.move(RESIDENT, case)
    assert appointment() == "11:00"
    again = press(old, "11:00")
    assert "web.changed-since-shown" not in again
    assert town.portal.move(RESIDENT, case).answers == chosen.answers
    late = press(old, "10:00")
    assert "web.changed-since-shown" in late
    assert "11:00 am" in late, "it shows what stands now"
    assert appointment() == "11:00"


def test_a_time_that_is_past_is_not_said_to_be_taken(town):
    case = town.submit()
    town.settle()
    answers = answers_from(town.portal.move(RESIDENT, case).answers)
    town.clock.set(town.clock.now() + timedelta(days=12))
    with pytest.raises(Refusal) as refused:
        town.portal.change_visit(RESIDENT, case, "hall", answers.visits_on, "09:00")
    assert refused.value.fault.code in ("portal.slot-past", "portal.too-late-to-change")
    with pytest.raises(Refusal) as refused:
        town.portal.hold(case, answers, "hall", answers.visits_on, "09:00")
    assert refused.value.fault.code == "portal.slot-past"


def test_the_hour_of_todays_visit_may_be_past(town):
    case = town.submit()
    town.settle()
    move = town.portal.move(RESIDENT, case)
    on = answers_from(move.answers).visits_on
    midnight = town.clock.now().replace(hour=15, minute=0)  # of the day before, in UTC
    for hour, urgency in ((9, "now"), (10, "late")):
        now = midnight.replace(year=on.year, month=on.month, day=on.day) - timedelta(days=1)
        now += timedelta(hours=hour, minutes=-1 if hour == 9 else 10)
        (visit,) = [w for w in waiting(None, [move], on, now=now) if w.starts]
        assert visit.urgency == urgency
        assert ("past" in visit.title.en) == (urgency == "late")


def test_when_the_route_by_card_is_over_nothing_is_to_come_that_cannot_come(town):
    case = town.submit()
    town.settle()
    move = town.portal.move(RESIDENT, case)
    over = replace(move, events=[*move.events, replace(move.events[-1], event="expired-special")])
    steps = [one.en for one in over.to_come]
    assert steps == [
        "You bring the paper certificate to the counter of your new city",
        "You are registered at the new address",
    ]
    came = replace(over, events=[*over.events, replace(move.events[-1], event="visited")])
    assert "paper" not in " ".join(one.en for one in came.to_come)


def test_a_correction_of_the_register_is_a_line_of_the_case(town):
    case = town.moved()
    assert town.portal.move(RESIDENT, case).registered_address
    one = town.resident(10, NEW)
    Corrections(town.city).correct(
        NEW, CLERK, one.resident_id, one.version, {"block": "９番地"}, "本人の申出による",
        whole_household=True,
    )  # fmt: skip
    town.settle()
    move = town.portal.move(RESIDENT, case)
    told = [one for one in move.events if one.event == "corrected"]
    assert len(told) == 2
    assert all("address corrected" in one.note_en for one in told)
    assert move.registered_address == town.resident(10, NEW).address
    _, shown = page(town, f"/moves/{case}")
    assert "The register was corrected" in shown


def test_of_a_protected_person_no_correction_is_told(databases, clock):
    town = Town(databases, clock, protected=True)
    case = town.moved()
    one = town.resident(10, NEW)
    Corrections(town.city).correct(
        NEW,
        CLERK,
        one.resident_id,
        one.version,
        {"block": "９番地"},
        "本人の申出による",
        whole_household=True,
    )
    town.settle()
    assert not town.portal.move(RESIDENT, case).has("corrected")


def test_everybody_reads_that_protection_does_not_move_with_them(town):
    """Said to all, so that the line itself tells nothing of who reads it."""
    case = town.submit()
    town.settle()
    _, shown = page(town, f"/moves/{case}")
    assert "applies for it anew at the new city" in shown


def test_who_is_registered_stands_with_relationship_and_card(town):
    case = town.moved()
    _, shown = page(town, f"/moves/{case}")
    before, _, registered = shown.partition("Who is registered")
    assert registered, before
    people = answers_from(town.portal.move(RESIDENT, case).answers).movers
    for one in people:
        said = registered.partition(one.name.replace("　", " "))[2][:220]
        related = {"世帯主": "head", "妻": "wife"}[one.relationship]
        assert f"In the household before: {related}" in said
        assert "Registered by: Sapporo" in said
        assert "Card: still to be updated" in said
    announced = registered.partition("What you gave notice of")[2]
    assert "(head" in announced
    assert "(wife" in announced


def test_a_household_otherwise_than_announced_is_said(town):
    case = town.to_the_desk()
    town.enter(case, joins_household=town.resident(999_000_001, NEW).household_number, people=tuple(
        replace(one, is_head=False, relationship="同居人") for one in _people(town, case)
    ))  # fmt: skip
    town.register(case)
    town.settle()
    (told,) = [e for e in town.portal.move(RESIDENT, case).events if e.event == "registered"]
    assert "a household of one’s own" in told.note_en
    assert "新しい世帯をつくることになっていました" in told.note_ja
    assert "Sapporo" in told.note_en, "the address in Latin letters, too"


def _people(town, case):
    return [EnteredPerson(p.token, True, p.mover.relationship, False) for p in town.people(case)]


def test_within_one_city_no_new_city_is_to_be_asked(town):
    case = town.submit(to=OLD)
    town.settle()
    move = town.portal.move(RESIDENT, case)
    late = replace(move, events=[*move.events, replace(move.events[-1], event="cancel-refused")])
    assert _why_not(late).code == "portal.too-late-within"
    assert _why_not(replace(late, kind="between-cities")).code == "portal.too-late-to-change"


def test_how_a_mistake_is_corrected_stands_on_the_page(town):
    """Who wrote a wrong block cancels and gives it again with what was answered, or says so at the counter."""
    case = town.submit()
    town.settle()
    browser, shown = page(town, f"/moves/{case}")
    assert "Is something in it wrong?" in shown
    assert "Cancel it and give it again: what you answered is kept" in shown
    assert "you can also tell its counter" in shown
    assert "cancel it and give it again" in words(browser.get("/services/wrong?lang=en"))


def test_a_cancelled_notice_is_begun_anew_with_what_it_said(town):
    case = town.submit()
    town.settle()
    town.portal.withdraw(RESIDENT, case)
    town.settle()
    _, shown = page(town, f"/moves/{case}")
    assert "Give notice again with these answers" in shown
    before = answers_from(town.portal.move(RESIDENT, case).answers)
    issuer = town.street.process.institution("jpki")
    draft = town.portal.again(
        RESIDENT, case, lambda who: seal_handle(issuer, code_of(10), who, town.clock)
    )
    assert draft.revision == 1
    assert draft.case_id != case
    for name in ("town", "block", "destination", "move_date", "phone", "email"):
        assert getattr(draft.answers, name) == getattr(before, name)
    assert draft.answers.hold_id == ""
    assert not town.portal.outside_today(RESIDENT, draft)
    town.clock.set(town.clock.now() + timedelta(days=20))
    assert town.portal.outside_today(RESIDENT, draft), "said at once, where the day is asked"


def test_before_registration_no_day_is_told_for_the_cards(town):
    """It is counted from the registration; the appointment may be void."""
    case = town.submit()
    town.settle()
    _, shown = page(town, f"/moves/{case}")
    assert "within 90 days from registration" in shown
    assert "updated with the new address by" not in shown


def test_that_it_was_sent_is_not_said_again_once_the_state_has_moved_on(town):
    """A reload, a quarter of an hour long, shows what the redirect told."""
    case = town.submit()
    data = {}
    onward = kept.keep(
        data, Kept(told={"sent": True}), page=f"/moves/{case}", owner=owner("", "resident", RESIDENT),
        now=town.clock.now(),
    )  # fmt: skip
    browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT, **data)
    assert "Your notice was sent" in words(browser.get(f"{onward}&lang=en"))
    town.settle()
    told = words(browser.get(f"{onward}&lang=en"))
    assert "Received by the cities" in told
    assert "Your notice was sent" in told, "receipt may come before the first look"
    town.accept(case)
    town.settle()
    assert "Your notice was sent" not in words(browser.get(f"{onward}&lang=en"))
