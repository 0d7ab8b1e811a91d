"""Who stands how to whom once a head has gone, who joins, who is left out: asked and shown before it is decided, on the pages themselves."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from lxml import html

from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.rules import joining
from kazasu.municipality.moving.service.cancelling import Cancelling
from tests.municipality.moving.test_entry_fields import desk, form_of, sent
from tests.municipality.moving.test_provisional import household_of
from tests.municipality.moving.test_refused_arrivals import refused
from tests.municipality.moving.test_within_the_city import at_the_desk
from tests.support.city import CLERK, NEW, OLD, STRANGER
from tests.support.pages import followed
from tests.support.town import Town, entered

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def pressed(browser, case, **fields):
    """The page that comes of pressing Accept, as a browser sends the form."""
    page = html.fromstring(browser.get(f"/desk/out/{case}?lang=en").content)
    form = page.get_element_by_id("main-form")
    answer = browser.post(
        urljoin(str(browser.base_url), form.action), data=dict(form.form_values()) | fields,
        headers={"origin": str(browser.base_url).rstrip("/")},
    )  # fmt: skip
    return html.fromstring(followed(browser, answer).content)


def standing(town, number):
    return f"standing-{town.resident(number).resident_id}"


def leaves(town, movers, key=2, **more):
    case = town.submit(movers=movers, key=key, starts=f"{8 + key:02}:00", **more)
    town.settle()
    return case


# ------------------------------------------------------------ who stays stands to the new head


def test_who_stays_keeps_no_relationship_to_a_head_who_leaves(town):
    """住民記録システム標準仕様書 4.1.4.2: asked on the page before it is decided, dated by the day of the move."""
    moves_on = today(town.clock) + timedelta(days=9)
    case = leaves(town, [0], moves_on=moves_on)
    browser, child = desk(town, OLD), town.resident(CHILD).resident_id
    page = pressed(browser, case, new_head=child)
    assert page.xpath("//a[@href='#standing']")
    assert page.get_element_by_id(standing(town, WIFE)).value == "", (
        "a head's wife is not his child's"
    )
    assert town.out_case(case).state == "checked"
    page = pressed(browser, case, new_head=child, **{standing(town, WIFE): "世帯主"})
    assert page.xpath(f"//a[@href='#{standing(town, WIFE)}']"), "a household has one head"
    page = pressed(browser, case, new_head=child, **{standing(town, WIFE): "母"})
    town.settle()
    assert "Head of the household that remains: " in page.text_content()
    assert "needs a new head" not in page.text_content()
    wife, new = town.resident(WIFE), town.resident(CHILD)
    assert (wife.relationship, new.relationship) == ("母", "世帯主")
    assert {wife.changed_on, new.changed_on, town.resident(HEAD).changed_on} == {moves_on}
    record = browser.get(f"/desk/residents/{child}?lang=en").text
    assert "head until" in record
    assert "head from" in record
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()
    found = [(one.is_head, one.relationship) for one in map(town.resident, (HEAD, WIFE, CHILD))]
    assert found == [(True, "世帯主"), (False, "妻"), (False, "子")], "each as before"
    assert town.broken() == {}


def test_the_only_one_who_stays_is_named_on_the_page_before_it_is_accepted(town):
    case = leaves(town, [0, 1])
    child = town.resident(CHILD)
    text = html.fromstring(desk(town, OLD).get(f"/desk/out/{case}?lang=ja").content).xpath(
        "//p[@class='becomes-head']"
    )
    assert [child.name in one.text_content() for one in text] == [True]


def test_who_comes_back_to_another_head_is_not_called_their_wife(town):
    """The wife leaves by her own notice, then the head, and the child heads: she takes hers back, he does not."""
    hers = leaves(town, [1], key=3, moves_on=today(town.clock) + timedelta(days=5))
    town.accept(hers)
    town.settle()
    his = leaves(town, [0], moves_on=today(town.clock) + timedelta(days=5))
    town.clock.set(town.clock.now() + timedelta(hours=1))
    town.accept(his)
    town.settle()
    Cancelling(town.city).cancel(OLD, case_id=hers)
    town.settle()
    assert town.resident(CHILD).is_head
    assert town.resident(WIFE).relationship == "同居人"
    assert town.broken() == {}


@pytest.fixture
def grown(town):
    """The wife is left with the child when the head leaves: she is to head."""
    case = leaves(town, [0])
    browser, wife = desk(town, OLD), town.resident(WIFE).resident_id
    return SimpleNamespace(
        case=case, wife=wife, child=standing(town, CHILD), browser=browser,
        press=lambda **fields: pressed(browser, case, new_head=wife, **fields),
    )  # fmt: skip


def test_what_does_not_follow_is_asked_with_why_and_what_it_can_be(town, grown):
    """標準仕様書 1.1.11, 4.1.4.2: the child of the head is the wife's, too, or the husband's alone: nobody is registered as either unasked."""
    page = grown.press()
    assert page.xpath("//a[@href='#standing']")
    field = page.get_element_by_id(grown.child)
    assert field.value == ""
    offered = page.get_element_by_id(field.get("list")).xpath("option/@value")
    assert offered[:2] == ["子", "夫の子"]
    assert "世帯主" not in offered
    why = page.get_element_by_id(field.get("aria-describedby").split()[0]).text_content()
    assert "子 or 夫の子" in why
    grown.press(**{grown.child: "夫の子"})
    child = town.resident(CHILD)
    assert (child.relationship, child.because) == ("夫の子", ""), "offered, so it needs no reason"


def test_another_relationship_than_the_register_says_needs_its_reason_which_stays(town, grown):
    said = {grown.child: "妹(未届)"}
    assert grown.press(**said).xpath(f"//a[@href='#{grown.child}']")
    said = {grown.child: "妹"}
    page = grown.press(**said)
    assert page.xpath("//*[@data-fault='municipality.related-otherwise']")
    assert page.get_element_by_id("standing_because").get("aria-invalid") == "true"
    assert town.out_case(grown.case).state == "checked"
    grown.press(**said, standing_because="戸籍：父母が同じ")
    child = town.resident(CHILD)
    assert (child.relationship, child.because) == ("妹", "戸籍：父母が同じ")
    record = grown.browser.get(f"/desk/residents/{child.resident_id}?lang=ja").text
    assert "理由：戸籍：父母が同じ" in html.fromstring(record).text_content()
    town.settle()
    Cancelling(town.city).cancel(OLD, case_id=grown.case)
    town.settle()
    back = town.resident(CHILD)
    assert (back.relationship, back.because) == ("子", ""), "a reason is of its version alone"


def test_brackets_of_half_width_are_kept_as_the_register_writes_them(town, grown):
    grown.press(**{grown.child: " 子(子の夫) "}, standing_because="戸籍")
    assert town.resident(CHILD).relationship == "子（子の夫）"


def test_who_moves_in_and_stands_otherwise_than_the_data_say_needs_the_reason_which_stays(town):
    case = town.to_the_desk()
    browser = desk(town, NEW)
    page = form_of(browser, case)
    wife = page.xpath(".//input[@name='token']")[1].get("value")
    field = page.xpath(f".//input[@name='relationship-{wife}']")[0]
    assert field.value == "妻"
    row = field.getparent().text_content()
    assert "To the old head: wife" in row
    said = {f"relationship-{wife}": "妻(未届)"}
    answer = sent(browser, page, "enter", **said)
    assert answer.xpath("//*[@data-fault='municipality.related-otherwise']")
    assert answer.get_element_by_id("related_because").get("aria-invalid") == "true"
    assert town.arrival(case).state == "visited"
    answer = sent(browser, page, "enter", **said, related_because="離婚、同居は続く")
    kept = answer.get_element_by_id("main-form")
    assert kept.xpath(".//input[@name='related_because']")[0].value == "離婚、同居は続く"
    assert sent(browser, kept, "register").xpath("//*[@id='done']")
    town.settle()
    registered = town.resident(WIFE, NEW)
    assert (registered.relationship, registered.because) == ("妻（未届）", "離婚、同居は続く")
    assert town.resident(HEAD, NEW).because == ""


# ------------------------------------------------------------ joining, by what a browser can send


def test_somebody_joins_a_household_by_what_a_browser_can_choose(town):
    """A radio button that is ticked cannot be unticked: none of them is a choice of its own."""
    case = town.to_the_desk()
    browser, number = desk(town, NEW), household_of(town, STRANGER)
    page = form_of(browser, case)
    heads = page.xpath(".//input[@name='head']")
    assert heads[-1].get("value") == "joins"
    there = town.resident(STRANGER, NEW)
    typed = {name: getattr(there, name) for name in ("city", "town", "block", "building")}
    typed |= {
        one.name: "同居人" for one in page.xpath(".//input[starts-with(@name, 'relationship-')]")
    }
    ticked = next(one.get("value") for one in heads if one.get("checked") is not None)
    answer = sent(browser, page, "enter", **typed, head=ticked, joins_household=number)
    assert "municipality.joins-and-heads" in answer.text_content()
    answer = sent(browser, page, "enter", **typed, head="joins", joins_household="")
    assert answer.xpath("//a[@href='#joins_household']")
    assert "municipality.joins-which" in answer.text_content()
    answer = sent(browser, page, "enter", **typed, head="joins", joins_household=number)
    kept = answer.get_element_by_id("main-form")
    assert [one.get("value") for one in kept.xpath(".//input[@name='head'][@checked]")] == ["joins"]
    assert sent(browser, kept, "register").xpath("//*[@id='done']")
    town.settle()
    assert town.resident(HEAD, NEW).household_number == number
    assert town.broken() == {}


def test_a_second_spouse_and_a_husband_of_a_man_are_shown_before_they_are_registered(town):
    case = town.to_the_desk()
    people = [
        EnteredPerson(one.token, True, said, said == "世帯主")
        for one, said in zip(town.people(case), ("世帯主", "妻", "妻"), strict=True)
    ]
    town.enter(case, people=tuple(people))
    found = [one for one in town.arrivals.look(NEW, CLERK, case).differences if not one.good]
    assert [one.en.split(" (")[0] for one in found if one.check == "relationships"] != []


# ------------------------------------------------------------ who is left out


def test_who_is_left_out_is_named_before_and_the_reason_stays(town):
    case = town.to_the_desk()
    town.enter(case)
    people = list(entered(town.arrival(case)).people)
    out = town.people(case)[2]
    people = [replace(one, included=one.token != out.token) for one in people]
    town.enter(case, people=tuple(people))
    view = town.arrivals.look(NEW, CLERK, case)
    assert [one.token for one in view.left_out] == [out.token]
    assert any(one.check == "left-out" and out.mover.name in one.ja for one in view.differences)
    assert refused(town.register, case, left_out=" ").fault.code == "municipality.left-out"
    assert town.arrival(case).state == "provisional"
    town.register(case, left_out="祖母の家に残る")
    assert any("祖母" in one.words for one in town.arrivals.look(NEW, CLERK, case).standing.notes)


# ------------------------------------------------------------ a move to one's own address; twice


def test_nobody_moves_to_where_they_live(town):
    home = town.members()[0].address
    case = at_the_desk(town)
    same = home.model_copy(update={"block": home.block.translate(str.maketrans("１２３", "123"))})
    assert (
        refused(town.enter, case, OLD, address=same).fault.code
        == "municipality.lives-there-already"
    )
    elsewhere = town.elsewhere(OLD)
    town.enter(case, OLD, address=elsewhere)
    checks = town.arrivals.look(OLD, CLERK, case).checks
    assert not [one for one in checks if one.check == "another-address"]


def test_who_presses_twice_is_not_told_of_somebody_else(town):
    case = leaves(town, None)
    seen = town.out_case(case).version
    town.out.accept(OLD, CLERK, case, seen)
    again = refused(town.out.accept, OLD, CLERK, case, seen)
    assert again.fault.code == "municipality.done-already"
    other = replace(CLERK, staff_id="clerk-9")
    town.employ(other)
    first = refused(town.out.accept, OLD, other, case, seen)
    assert first.fault.code == "municipality.changed-by"


# ------------------------------------------------------------ one household, one address


def test_an_address_is_corrected_for_everybody_who_lives_there(town):
    browser, head = desk(town, OLD), town.resident(HEAD)
    page = html.fromstring(browser.get(f"/desk/residents/{head.resident_id}?lang=en").content)
    form = page.get_element_by_id("main-form")
    fields = {"block": "７番地", "because": "住居表示の確認"}
    answer = sent(browser, form, "", **fields)
    assert "municipality.household-moves-together" in answer.text_content()
    assert answer.xpath("//a[@href='#whole_household']")
    assert town.resident(HEAD).block == head.block
    shown = sent(browser, form, "", **fields, whole_household="y")
    sent(browser, shown.get_element_by_id("main-form"), "write")
    assert {town.resident(one).block for one in (HEAD, WIFE, CHILD)} == {"７番地"}
    town.settle()
    assert town.broken() == {}


def test_a_relationship_is_corrected_ex_officio_and_a_head_stays_one(town):
    browser, wife = desk(town, OLD), town.resident(WIFE)

    def corrected(number, **fields):
        found = town.resident(number).resident_id
        page = html.fromstring(browser.get(f"/desk/residents/{found}?lang=en").content)
        return sent(browser, page.get_element_by_id("main-form"), "", because="戸籍", **fields)

    assert corrected(WIFE, relationship="世帯主").xpath("//a[@href='#relationship']")
    assert corrected(WIFE, relationship="孫").xpath("//a[@href='#relationship']")
    corrected(HEAD, relationship="同居人")
    assert town.resident(HEAD).relationship == "世帯主"
    shown = corrected(WIFE, relationship="妻(未届)")
    sent(browser, shown.get_element_by_id("main-form"), "write")
    assert town.resident(WIFE).relationship == "妻（未届）"
    assert town.resident(WIFE).because == "戸籍"
    assert town.resident(WIFE).version == wife.version + 1


def test_the_day_that_is_registered_is_told_beside_the_announced_one(town):
    case = town.to_the_desk(moves_on=today(town.clock) + timedelta(days=1))
    town.enter(case, moved_on=today(town.clock) - timedelta(days=1))
    town.register(case)
    town.settle()
    told = [one for one in town.portal.move("sub-1", case).events if one.event == "registered"]
    assert "announced" in told[0].note_en
    assert "届け出た日" in told[0].note_ja


@pytest.mark.parametrize(
    ("head", "other", "right"),
    [
        ("世帯主", "妻", "妻"), ("妻", "子", "同居人"), ("妻", "妻の子", "子"), ("子", "世帯主", "父"),
        ("同居人", "妻", "同居人"), ("子", "子の子", "同居人"), ("父", "妻", "子の妻"), ("兄", "世帯主", "弟"),
    ],
)  # fmt: skip
def test_who_becomes_a_household_of_their_own_keeps_no_relationship_to_who_did_not_come(
    head, other, right
):
    """The household that they join empties while the network is asked: the certificate data say how they stood to the old head."""
    new, one = (
        SimpleNamespace(mover=SimpleNamespace(relationship=said, sex="男", birth_date=None))
        for said in (head, other)
    )
    assert (joining._related(new, new), joining._related(one, new)) == ("世帯主", right)
