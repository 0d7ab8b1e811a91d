"""Where a protected person lives, in an emergency: asked for on the record's page, agreed to by a second one, seen for an hour, told and reviewed."""

from datetime import timedelta

import pytest
from lxml import html

from kazasu.contracts.municipality import HouseholdOf
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.alarms.ringing import unseen
from kazasu.foundation.health import Pulse
from kazasu.kit.emergency.model import LIFE, REVIEW
from kazasu.municipality.hall.model import Clerk
from tests.municipality.test_shown import actions, looked
from tests.support.city import OLD, code_of
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town, asked

ALONE, SPOUSE, STRANGER = 10, 11, 20
"""Who is protected, who lives with them, and who has nothing to do with it."""
ASKER = Clerk("clerk-a", "鈴木", frozenset({"counter", "decider"}))
SECOND = Clerk("clerk-b", "田中", frozenset({"counter", "decider"}))
AUDITOR = Clerk("clerk-c", "監査", frozenset({"auditor"}))
HEADERS = {"origin": "http://yokohama.city.localhost:8000"}


@pytest.fixture
def town(databases, clock):
    made = Town(databases, clock, households=2, protected={ALONE})
    made.employ(ASKER, SECOND, AUDITOR)
    return made


def desk_of(town, who):
    return signed_in_at(
        town.street, f"city:{OLD}", "municipality", "staff", who.staff_id, name=who.name, roles=sorted(who.roles),
    )  # fmt: skip


def record_of(town, number):
    return f"/desk/residents/{town.resident(number, OLD).resident_id}"


def asks(town, browser, number=ALONE, **typed):
    data = {"reason": "rescue", "note": "消防から 119番"} | typed
    path = record_of(town, number).replace("/residents/", "/emergency/of/")
    return followed(browser, browser.post(path, data=data, headers=HEADERS))


def acts(browser, page, act):
    return followed(browser, browser.post(page.url.path, data={"act": act}, headers=HEADERS))


def opened(town, number=ALONE):
    """By who asked and a second one; the asker's browser, and the look's page there."""
    browser = desk_of(town, ASKER)
    page = asks(town, browser, number)
    acts(desk_of(town, SECOND), page, "agree")
    return browser, browser.get(page.url.path)


def test_who_has_not_the_role_sees_no_address_for_any_reason_and_is_told_the_way(town):
    browser = desk_of(town, ASKER)
    for query in ("", "?purpose=notice&note=7", "?emergency=1"):
        page = browser.get(record_of(town, ALONE) + query + ("&" if query else "?") + "lang=en")
        assert page.status_code == 200
        assert "本町" not in page.text
        assert "Ask for an emergency look" in page.text
        assert "Record the reason" not in page.text
        assert ("kit.emergency-not-open" in page.text) == ("emergency" in query)
    assert "resident.unveil" not in actions(town, ALONE)
    asked_of = browser.get(record_of(town, STRANGER)).text
    assert "本町" in asked_of
    assert "/desk/emergency/of/" not in asked_of


def test_a_second_one_agrees_and_only_this_record_is_seen_by_only_this_clerk(town):
    browser, page = opened(town)
    assert record_of(town, ALONE) + "?emergency=1" in page.text
    shown = browser.get(record_of(town, ALONE) + "?emergency=1")
    assert "本町" in shown.text
    assert "消防から 119番" in shown.text
    for way in ("/death", "/household", "/moving-out"):
        assert f"{record_of(town, ALONE)}{way}" not in shown.text, "it is to look"
    assert "main-form" not in shown.text
    assert "本町" not in browser.get(record_of(town, ALONE)).text, (
        "each look is asked for, and on record"
    )
    assert "本町" not in browser.get(record_of(town, SPOUSE) + "?emergency=1").text
    other = desk_of(town, SECOND).get(record_of(town, ALONE) + "?emergency=1").text
    assert "本町" not in other
    assert "kit.emergency-not-open" in other


def test_it_ends_by_itself_and_by_either(town):
    opened(town)
    seen = record_of(town, ALONE) + "?emergency=1"
    town.clock.advance(LIFE - timedelta(seconds=1))
    browser = desk_of(town, ASKER)
    assert "本町" in browser.get(seen).text
    town.clock.advance(timedelta(seconds=1))
    assert "本町" not in browser.get(seen).text
    for who in (ASKER, SECOND):
        browser, page = opened(town)
        assert "本町" in browser.get(seen).text
        acts(desk_of(town, who), page, "end")
        assert "本町" not in browser.get(seen).text


def test_refused_withdrawn_or_never_answered_it_opens_nothing(town):
    seen = record_of(town, ALONE) + "?emergency=1"
    browser, second = desk_of(town, ASKER), desk_of(town, SECOND)
    page = asks(town, browser)
    assert "Withdraw it" in browser.get(f"{page.url.path}?lang=en").text
    assert "Agree: open it" not in browser.get(f"{page.url.path}?lang=en").text
    assert "Agree: open it" in second.get(f"{page.url.path}?lang=en").text
    assert "kit.same-person-agrees" in acts(browser, page, "agree").text
    assert "本町" not in browser.get(seen).text
    acts(second, page, "refuse")
    assert "states.not-now" in acts(second, page, "agree").text, "once"
    page = asks(town, browser)
    acts(browser, page, "withdraw")
    assert "states.not-now" in acts(second, page, "agree").text
    page = asks(town, browser)
    town.clock.advance(timedelta(minutes=30))
    browser, second = desk_of(town, ASKER), desk_of(town, SECOND)
    assert "states.not-now" in acts(second, page, "agree").text, "late"
    assert "本町" not in browser.get(seen).text


def test_a_reason_is_chosen_and_other_says_which(town):
    browser = desk_of(town, ASKER)
    for typed in (
        {"reason": ""},
        {"reason": "curiosity"},
        {"note": " "},
        {"note": "x" * 81},
    ):
        page = html.fromstring(asks(town, browser, **typed).content)
        assert page.xpath("//*[contains(@class, 'field-error')]"), typed
    assert "EL-" not in browser.get("/desk/emergency").text
    assert "EL-" in asks(town, browser, reason="other", note="水害の避難").text


def test_what_everybody_at_the_desk_sees_needs_no_emergency(town):
    browser = desk_of(town, ASKER)
    assert "kit.nothing-closed" in asks(town, browser, STRANGER).text
    answer = browser.get("/desk/emergency/of/0000000000")
    assert "municipality.unknown-resident" in answer.text
    assert browser.get("/desk/emergency/EL-NONE").status_code == 404


def test_whose_data_are_seen_reads_each_look_at_once_and_not_by_whom(town):
    browser, _ = opened(town)
    for _ in range(2):
        browser.get(record_of(town, ALONE) + "?emergency=1")
    read = looked(town, ALONE)
    seen = [one for one in read if one.action.endswith(".unveil")]
    assert len(seen) == 2
    assert "緊急の閲覧：救急・消防・警察の出動、消防から 119番。職員2人の判断" in seen[0].purpose_ja
    assert "two members of staff agreed" in seen[0].purpose_en
    assert {"municipality.emergency.ask", "municipality.emergency.answer"} <= {
        one.action for one in read
    }
    assert "clerk-" not in "".join(one.model_dump_json() for one in read)


def telling(town, number):
    handle = seal_handle(
        town.street.process.institution("jpki"), code_of(number), f"city:{OLD}", town.clock
    )
    answer = town.street.process.rooms["municipality"].inquiries[HouseholdOf]
    return answer(HouseholdOf(handle=handle), asked("portal", f"city:{OLD}"))


@pytest.mark.parametrize("whose", [ALONE, SPOUSE])
def test_it_is_told_to_who_is_protected_and_to_nobody_who_lives_with_them(town, whose):
    """Also where it is the spouse's record that was opened: that it needed opening would say who lives there (I8)."""
    browser, _ = opened(town, whose)
    assert "本町" in browser.get(record_of(town, whose) + "?emergency=1").text
    (one,) = telling(town, ALONE).emergency_looks
    assert (one.until - one.at, one.reason_en) == (LIFE, "an ambulance, the fire brigade or the police on their way, 消防から 119番")  # fmt: skip
    assert telling(town, SPOUSE).emergency_looks == ()
    assert telling(town, STRANGER).emergency_looks == ()
    assert "resident.unveil" in actions(town, ALONE)
    of_spouse = actions(town, SPOUSE)
    assert not [one for one in of_spouse if "emergency" in one or "unveil" in one], of_spouse


def test_what_was_only_asked_for_is_no_message(town):
    asks(town, desk_of(town, ASKER))
    assert telling(town, ALONE).emergency_looks == ()
    assert "emergency.ask" in actions(town, ALONE)


def test_the_operators_alarm_says_who_and_why_and_nothing_of_the_resident(town):
    opened(town)
    (alarm,) = town.databases("municipality").read("test", unseen, tenant=OLD)
    assert alarm.kind == "emergency-look"
    operator = signed_in_at(
        town.street,
        f"city:{OLD}",
        "municipality",
        "staff",
        "clerk-1",
        name="職員",
        roles=["operator"],
    )
    page = operator.get("/desk/alarms?lang=en").text
    assert "asked for by 鈴木 (clerk-a), agreed to by 田中 (clerk-b)" in page
    assert "消防から" not in page
    resident = town.resident(ALONE, OLD)
    assert resident.name not in page
    assert resident.resident_id not in page


def test_a_third_one_reviews_it_and_it_waits_on_their_first_page(town):
    browser, page = opened(town)
    browser.get(record_of(town, ALONE) + "?emergency=1")
    auditor = desk_of(town, AUDITOR)
    waits = lambda: "Emergency looks to be reviewed (1)" in auditor.get("/desk?lang=en").text  # noqa: E731
    assert not waits()
    acts(browser, page, "end")
    assert waits()

    def reviews(who, **typed):
        data = {"act": "review", "verdict": "right", "words": "119番の記録と合う"} | typed
        return followed(who, who.post(page.url.path, data=data, headers=HEADERS))

    refused = reviews(browser).text
    assert "kit.not-your-role" in refused
    assert "「監査」の権限が必要です" in refused, "never the word that the program has for it"
    assert "field-error" in reviews(auditor, verdict="").text
    assert "field-error" in reviews(auditor, words="").text
    assert waits()
    done = reviews(auditor)
    assert "番の記録と合う" in done.text
    assert not waits()
    assert "states.not-now" in reviews(auditor).text, "once"
    assert "emergency.review" in actions(town, ALONE)


def test_the_queue_of_who_may_agree_counts_what_waits(town):
    page = asks(town, desk_of(town, ASKER))
    second = desk_of(town, SECOND)
    assert "wait for a second person (1)" in second.get("/desk?lang=en").text
    acts(second, page, "agree")
    assert "wait for a second person (0)" in second.get("/desk?lang=en").text
    assert page.url.path in second.get("/desk/emergency").text


def test_whoever_lacks_the_role_does_not_get_there_by_a_correction(town):
    browser = desk_of(town, ASKER)
    version = town.resident(ALONE, OLD).version
    answer = browser.get(
        f"{record_of(town, ALONE)}/correction?version={version}&purpose=notice&kana=X&because=Y"
    )
    assert "本町" not in followed(browser, answer).text


def test_a_late_review_rings_by_itself_is_seen_by_a_third_one_and_told_by_health(town):
    """Nobody has to look for it: the room's own tick finds it."""
    _, page = opened(town)
    number = page.url.path.rpartition("/")[2]
    town.clock.advance(LIFE + REVIEW)
    town.street.settle()
    reading = town.street.house("municipality").database.read
    rung = lambda: [one.kind for one in reading("test", unseen, tenant=OLD)]  # noqa: E731
    assert "emergency-late" not in rung()
    town.clock.advance(timedelta(seconds=1))
    behind = town.street.process.behind["municipality"]
    behind.tick()
    assert "emergency-late" in rung()
    behind.pulses["alarms"] = Pulse(60)
    behind._guarded("alarms", behind.count_alarms)
    assert behind.pulses["alarms"].state == "warning"
    assert behind.pulses["alarms"].facts["open_emergency-late"] == 1
    for language, due, todo in (
        ("ja", "点検の期限", "緊急の閲覧の点検が、24時間を過ぎても"),
        ("en", "to be reviewed by", "An emergency look was not reviewed within 24 hours"),
    ):
        seen = desk_of(town, AUDITOR).get(f"/desk/alarms?lang={language}").text
        assert todo in seen
        assert due in seen
        assert number in seen
        assert "T0" not in seen.partition(due)[2][:60], "a moment as it is read"
        for who in (ASKER, SECOND):
            assert due not in desk_of(town, who).get(f"/desk/alarms?lang={language}").text
