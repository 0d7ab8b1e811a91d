"""What the desk's pages say: nothing typed, no date, who decided, names with their reading, what changed, the correction that is not entered."""

import re
from urllib.parse import urljoin

import pytest
from lxml import html

from kazasu.foundation.web import Site
from kazasu.municipality.register import store as register_store
from kazasu.society.tours.model import TOURS
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def desk(town, city=OLD):
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip


def words(browser, address, language="en"):
    joint = "&" if "?" in address else "?"
    page = html.fromstring(browser.get(f"{address}{joint}lang={language}").content)
    return " ".join(page.find(".//main").text_content().split())


def test_what_was_not_typed_or_is_no_day_is_said_at_its_field(town):
    browser = desk(town)
    assert "Nobody was looked for" in words(browser, "/desk/residents?q=&purpose=notice")
    assert "Nobody was looked for" not in words(browser, "/desk/residents")
    assert "Nobody is found by “Suzuki”" in words(
        browser, "/desk/residents?q=Suzuki&purpose=notice"
    )
    for way in ("in", "out"):
        assert "Enter a case number" in words(browser, f"/desk/{way}?case=+")
        assert "Enter a case number" not in words(browser, f"/desk/{way}")
    nothing_listed = "No case is in this list"
    wrong = words(browser, "/desk/in?date=soon")
    assert "Enter year, month and day" in wrong
    assert nothing_listed not in wrong, "of what cannot be read nothing is said"
    assert 'value="soon"' in browser.get("/desk/in?date=soon").text, "what was typed stays"
    assert "no such day" in words(browser, "/desk/in?date=2026-02-30")
    assert "年・月・日を" in words(browser, "/desk/in?date=soon", "ja")
    for date in ("", "2026-12-01", "令和8年12月1日", "2026/12/1"):
        right = words(browser, f"/desk/in?date={date}")
        assert nothing_listed in right
        assert "Enter year" not in right


def test_each_number_on_the_front_leads_to_the_list_that_was_counted(town):
    town.to_the_desk()
    browser = desk(town, NEW)
    page = html.fromstring(browser.get("/desk?lang=en").content)
    seen = {}
    for link in page.iterfind(".//main//a"):
        if counted := re.search(r"\((\d+)\)", link.text_content()):
            listed = html.fromstring(browser.get(link.get("href")).content)
            seen[link.get("href")] = (int(counted[1]), len(listed.findall(".//main//tbody/tr")))
    assert {count for count, _ in seen.values()} == {0, 1}
    assert [where for where, (count, rows) in seen.items() if count != rows] == []
    assert seen["/desk/in?show=here"] == (1, 1)
    assert seen["/desk/in?show=awaited"] == (0, 0)


def test_a_finished_case_says_who_decided_and_offers_nobody_to_take_it(town):
    browser, case = desk(town), town.submit()
    town.settle()
    before = words(browser, f"/desk/out/{case}")
    assert "Take this case" in before
    assert "Shiken Hajime 試験" in before, "the applicant, in the check too"
    town.accept(case)
    after = words(browser, f"/desk/out/{case}")
    assert re.search(rf"Accepted: {CLERK.name} .*2026", after)
    assert "Nothing is left to do at this desk" not in after, "they are on the way"
    for offer in ("Take this case", "Hand it", "Has it: "):
        assert offer not in after
    assert CLERK.name in words(browser, "/desk/out?done=1")
    shown = words(browser, f"/desk/residents/{town.resident(10).resident_id}")
    assert "moves out to another city" in shown
    assert "State: resident → leaving" in shown
    assert f"{CLERK.name}" in shown
    assert re.search(r"Resident record system", shown), "who wrote the first version"


def test_a_corrected_page_is_not_registered_as_it_was_entered(town):
    """The page comes back with what was typed; what is registered afterwards is that."""
    case = town.to_the_desk()
    town.enter(case)
    browser = desk(town, NEW)
    form = html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content).get_element_by_id(
        "main-form"
    )
    form.fields["block"] = "９丁目９番地"

    page = posted(browser, form, "register")
    assert "does not say what was entered provisionally (address)" in page.text_content()
    assert page.get_element_by_id("block").get("value") == "９丁目９番地"
    assert town.resident(10, NEW) is None
    form = page.get_element_by_id("main-form")
    form = posted(browser, form, "enter").get_element_by_id("main-form")
    posted(browser, form, "register")
    assert town.resident(10, NEW).block == "９丁目９番地"


def posted(browser, form, button=""):
    """The page that comes of pressing a button of this form."""
    address = urljoin(str(browser.base_url), form.action)
    origin = {"origin": str(browser.base_url).rstrip("/")}
    answer = browser.post(address, data=_sent(form, button), headers=origin)
    return html.fromstring(followed(browser, answer).content)


def _sent(form, button):
    sent = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent | {"act": [button]}


def test_the_decision_on_a_child_is_asked_for_on_the_page(town):
    one = town.resident(11, OLD)
    town.databases("municipality").run(
        "test.child",
        lambda tx: register_store.change(
            tx, one, birth_text="令和元年5月1日", reason=one.reason, changed_on=one.changed_on
        ),
        tenant=OLD,
        access=reading(),
    )
    browser, case = desk(town), town.submit(movers=[0])
    town.settle()
    page = html.fromstring(browser.get(f"/desk/out/{case}?lang=en").content)
    assert "Please check: Only people under 15 would remain (Shiken Hajime" in " ".join(
        page.text_content().split()
    )
    form = page.get_element_by_id("main-form")
    assert "it is not written who looks after them" in posted(browser, form).text_content()
    assert town.out_case(case).state == "checked"
    form.fields["care"] = "祖母が世話をする"
    posted(browser, form)
    assert town.out_case(case).state == "accepted"
    assert "祖母が世話をする" in words(browser, f"/desk/out/{case}")


def test_a_tours_step_is_ticked_by_the_accepting_decision_alone(town, monkeypatch):
    noted = []
    monkeypatch.setattr(Site, "happened", lambda _, step: noted.append(step))
    browser, case = desk(town), town.submit()
    town.settle()

    def decide(path, **typed):
        page = browser.get(f"/desk/out/{case}{path}").text
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        origin = {"origin": str(browser.base_url)}
        return browser.post(
            f"/desk/out/{case}{path}", data={"version": version} | typed, headers=origin
        )

    decide("/correction", note="")
    assert "a notice was accepted" not in noted
    assert browser.post(
        f"/desk/out/{case}", data={"version": "99"}, headers={"origin": str(browser.base_url)}
    )
    assert "a notice was accepted" not in noted, "refused: it was changed meanwhile"
    decide("")
    assert "a notice was accepted" in noted
    step = next(one for one in TOURS["clerk"].steps if one.words.en == "Accept it")
    assert step.done == ("municipality a notice was accepted",)


def test_a_name_is_no_case_number_and_the_list_says_where_to_look(town):
    """No error page without a way back: the list stays, with what to do. What has the shape of a number is looked for."""
    browser = desk(town)
    for way in ("in", "out"):
        for name in ("佐藤", "Sato"):
            answer = browser.get(f"/desk/{way}?case={name}&lang=en")
            assert answer.status_code == 200
            assert "By a name look under Residents" in words(browser, f"/desk/{way}?case={name}")
        assert browser.get(f"/desk/{way}?case=MV-7K3D-9QF2-XM4T").status_code == 303
        assert browser.get(f"/desk/{way}?case=7k3d9qf2xm4t").status_code == 303


def test_what_is_printed_says_by_whom_and_when(town):
    """Only on paper, on every page of the desk."""
    for address in ("/desk", "/desk/out", "/desk/residents"):
        page = html.fromstring(desk(town).get(f"{address}?lang=ja").content)
        (said,) = page.xpath("//p[@id='printed-by'][@class='print-only']")
        assert CLERK.name in said.text_content()
        assert "令和8年11月23日" in said.text_content()
