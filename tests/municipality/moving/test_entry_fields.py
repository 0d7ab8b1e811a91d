"""What the register may not hold is said at its field, on the page that it was typed on; nothing of it is written."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.typed import addresses as typed
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.register import addresses
from kazasu.municipality.register.service.corrections import Corrections
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town


def desk(town, city):
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip


@pytest.fixture(scope="module")
def town(module_databases):
    made = Town(module_databases, module_databases.clock, households=2)
    made.case = made.to_the_desk()
    return made


def sent(browser, form, button, **fields):
    """The page that comes of pressing it, with these fields filled in otherwise."""
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    answer = browser.post(
        urljoin(str(browser.base_url), form.action), data=data | fields | {"act": [button]},
        headers={"origin": str(browser.base_url).rstrip("/")},
    )  # fmt: skip
    return html.fromstring(followed(browser, answer).content)


def form_of(browser, case):
    return html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content).get_element_by_id(
        "main-form"
    )


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("postcode", "12", "seven digits"),
        ("postcode", "あ", "seven digits"),
        ("block", "x", "has a number"),
        ("town", "x", "in Japanese"),
        ("city", "横浜市", "no address of this municipality"),
        ("joins_household", "0000000000", "No household of this city"),
        ("joins_household", "12", "ten digits"),
        ("moved_on-year", "2099", "future"),
    ],
)
def test_each_is_refused_at_its_field_and_the_rest_stays(town, field, written, said):
    browser = desk(town, NEW)
    page = sent(browser, form_of(browser, town.case), "enter", **{field: written})
    name = field.removesuffix("-year")
    wrong = page.get_element_by_id(name)
    assert wrong.get("aria-invalid") == "true"
    assert said in page.get_element_by_id(f"{name}-error").text_content()
    assert page.xpath(f"//a[@href='#{name}']"), "the top of the page leads there"
    assert page.get_element_by_id(field).get("value") == written
    assert town.arrival(town.case).state == "visited"
    if written == "0000000000":
        assert page.xpath("//*[@data-fault='municipality.no-such-household']")


def test_a_relationship_is_refused_at_the_person_whose_it_is(town):
    browser = desk(town, NEW)
    form = form_of(browser, town.case)
    name = next(n for n in form.fields if n.startswith("relationship-"))
    page = sent(browser, form, "enter", **{name: "孫"})
    assert page.get_element_by_id(name).get("aria-invalid") == "true"
    assert [one.get("id") for one in page.xpath("//input[@aria-invalid]")] == [name]


def test_to_nobody_is_said_at_the_field_and_the_fold_stays_open(town):
    browser, case = desk(town, OLD), town.submit(2, starts="09:30")
    town.settle()
    page = html.fromstring(browser.get(f"/desk/out/{case}?lang=en").content)
    form = next(one for one in page.forms if one.action.endswith("/hand-over"))
    page = sent(browser, form, "hand", handing="電話を待っています")
    assert page.get_element_by_id("to").get("aria-invalid") == "true"
    assert page.get_element_by_id("to-error").text_content() == "Choose to whom you hand it"
    assert page.get_element_by_id("to").getparent().xpath("ancestor::details[@open]")
    assert page.get_element_by_id("handing").text_content() == "電話を待っています"
    CaseWork(town.city).hand_over(OLD, COUNTER, "out", case, CLERK.staff_id, "急ぎです")
    home = html.fromstring(browser.get("/desk?lang=en").content).get_element_by_id("mine")
    assert case in home.text_content()
    assert "急ぎです" in home.text_content()


@pytest.mark.parametrize(
    ("item", "written"),
    [("block", "x"), ("town", "x"), ("name", "12"), ("registered_domicile", "x"), ("domicile_head", "-")],
)  # fmt: skip
def test_an_ex_officio_correction_is_held_to_the_same(town, item, written):
    resident = town.resident(20)
    with pytest.raises(Refusal, match=r"municipality\.item-malformed") as caught:
        Corrections(town.city).correct(
            OLD, CLERK, resident.resident_id, resident.version, {item: written}, "届出書による"
        )
    assert addresses.item_of(caught.value) == item


@given(
    st.sampled_from(["", "〒", "〒 "]),
    st.sampled_from(["", *" -ー－‐−"]),
    st.integers(0, 9_999_999),
)
def test_a_postcode_is_seven_digits_however_they_are_typed(mark, between, number):
    digits = f"{number:07}"
    assert typed.postcode(f"{mark}{digits[:3]}{between}{digits[3:]}") == digits


@given(st.text(max_size=12))
def test_nothing_else_is_a_postcode(written):
    try:
        found = typed.postcode(written)
    except ValueError:
        return
    assert found.isascii()
    assert found.isdigit()
    assert len(found) == 7


@pytest.mark.parametrize(
    "written",
    [
        "３丁目６番地",
        "1-2-3",
        "二丁目五番十号",
        "無番地",
        "番外地",
        "5番地の2",
        "甲１２番地",
        "イ 34",
    ],
)
def test_blocks_as_registers_have_them(written):
    assert typed.block(written) == written


def test_what_another_form_of_the_page_is_refused_leaves_this_one_as_it_was(town):
    """A note that is too long: the notice beside it still says what was announced."""
    browser = desk(town, NEW)
    before = form_of(browser, town.case)
    page = html.fromstring(browser.get(f"/desk/in/{town.case}?lang=en").content)
    form = next(one for one in page.forms if one.action.endswith("/note"))
    after = sent(browser, form, "", words="長" * 501).get_element_by_id("main-form")
    assert dict(after.fields)["block"] == dict(before.fields)["block"] == "１番地"
    assert dict(after.form_values()).keys() == dict(before.form_values()).keys()
