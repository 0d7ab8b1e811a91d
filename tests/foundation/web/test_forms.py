"""Forms: what is read of a POST, what is said about it, what of it may be kept."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Annotated, Literal
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from pydantic import Field, SecretStr, field_validator
from starlette.datastructures import FormData

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date, wareki, western
from kazasu.foundation.web import Form
from kazasu.foundation.web.acting import marked
from kazasu.foundation.web.acting.kept import FieldError, Invalid, Kept, keep
from kazasu.foundation.web.forms import (
    NO_SUCH_DAY,
    NOT_A_DATE,
    TOO_FAR,
    DayOfNow,
    Plain,
    Postcode,
    Wrong,
    Yen,
    asked,
    one_of,
)
from kazasu.foundation.web.templating import environment

COLOURS = {"red": Text("赤", "Red"), "blue": Text("青", "Blue")}


class Card(Form):
    name: str = asked("氏名", "Name", most=5)
    born: date = asked("生年月日", "Born")
    note: str | None = asked("メモ", "Note", default=None)
    colour: Annotated[str, one_of(COLOURS)] = asked("色", "Colour", default="red")
    movers: list[str] = asked("人", "People", default=[])
    role: dict[str, Annotated[str, Field(max_length=3)]] = asked("役", "Role", default={})
    agreed: bool = asked("同意", "Agreed", default=False)
    even: int = asked("偶数", "Even number", default=0)
    version: int = 0
    tokens: tuple[UUID, ...] = ()
    do: Literal["keep", "end"] = "keep"
    pin: SecretStr = SecretStr("")
    code: SecretStr = asked("暗証", "Code", default=SecretStr(""))

    @field_validator("even")
    @classmethod
    def _is_even(cls, number: int) -> int:
        if number % 2:
            raise Wrong(Text("奇数です", "It is odd"))
        return number


GOOD = [("name", " 花子 "), ("born-year", "２００１"), ("born-month", "2"), ("born-day", "28")]


def sent(*fields):
    return SimpleNamespace(state=SimpleNamespace(form=FormData([*GOOD, *fields])))


def errors(*fields):
    with pytest.raises(Invalid) as caught:
        Card.read(SimpleNamespace(state=SimpleNamespace(form=FormData(fields))))
    return {one.name: one.message.en for one in caught.value.errors}


def test_values_come_typed_and_stripped():
    token = "00000000-0000-4000-8000-000000000001"
    form = Card.read(
        sent(("movers", "a"), ("movers", "b"), ("role-a", "x"), ("agreed", "y"), ("even", "4"),
             ("version", "7"), ("tokens", token), ("do", "end"), ("pin", "1234"))
    )  # fmt: skip
    assert (form.name, form.born, form.movers, form.role) == (
        "花子", date(2001, 2, 28), ["a", "b"], {"a": "x"})  # fmt: skip
    assert (form.agreed, form.even, form.version, form.do) == (True, 4, 7, "end")
    assert form.tokens == (UUID(token),)
    assert form.pin.get_secret_value() == "1234"


def test_an_optional_text_may_be_made_empty_and_is_none_where_it_is_not_in_the_form():
    assert Card.read(sent()).note is None
    assert Card.read(sent(("note", " "))).note == ""


def test_every_field_says_what_is_wrong_with_it_once_in_the_forms_order():
    found = errors(
        ("name", "too long"), ("born-year", "2026"), ("born-month", "2"), ("born-day", "30"),
        ("colour", "grey"), ("role-ab", "long"), ("even", "3"),
    )  # fmt: skip
    assert found == {
        "name": "Use at most 5 characters",
        "born": "There is no such day in the calendar",
        "colour": "Please choose again",
        "role-ab": "Use at most 3 characters",
        "even": "It is odd",
    }
    assert list(found)[:3] == ["name", "born", "colour"]
    assert errors(("name", "")) == {"name": "Please fill this in", "born": "Please fill this in"}
    assert errors(*GOOD, ("even", "x")) == {"even": "Please choose again"}


@pytest.mark.parametrize("field", [("version", "x"), ("do", "other"), ("tokens", "x")])
def test_what_nobody_is_asked_for_is_unreadable(field):
    with pytest.raises(Refusal, match=r"web\.unreadable"):
        Card.read(sent(field))
    with pytest.raises(TypeError):
        Card.read(sent()).wrong(field[0], COLOURS["red"])


def test_only_what_was_asked_for_is_kept_and_no_secret():
    request = sent(("version", "1"), ("pin", "1234"), ("code", "5678"), ("role-a", "x"), ("x", "y"))
    Card.read(request)
    assert set(request.state.typed) == {"name", "born-year", "born-month", "born-day", "role-a"}
    assert request.state.typed["name"] == [" 花子 "]


@given(st.lists(st.text("012９x-", max_size=4), min_size=3, max_size=3))
def test_any_three_texts_are_a_date_or_an_error(parts):
    names = ("born-year", "born-month", "born-day")
    fields = [("name", "花子"), *zip(names, parts, strict=True)]
    request = SimpleNamespace(state=SimpleNamespace(form=FormData(fields)))
    try:
        wanted = date(*(int(one) for one in parts))
        if wanted.year < 1873:
            raise ValueError("of which era?")
    except ValueError:
        with pytest.raises(Invalid, match="born"):
            Card.read(request)
    else:
        assert Card.read(request).born == wanted


def shown(kept=Kept(), **values):
    return Card.show(
        SimpleNamespace(state=SimpleNamespace(kept=kept, reading=SimpleNamespace(words="en"))),
        **values,
    )


def test_a_field_shows_what_was_typed_or_else_its_value():
    born = date(2001, 2, 28)
    assert shown(name="花子").name.data == "花子"
    assert shown(born=born).born.parts == ["2001", "2", "28"]
    assert shown(movers=["a"]).movers.data == ["a"]
    wrong = FieldError("name", Text("氏名", "Name"), Text("長い", "Long"))
    again = shown(
        Kept({"name": ["次郎"], "born-year": ["x"]}, (wrong,)), name="花子", born=born, movers=["a"]
    )
    assert (again.name.data, again.name.errors, again.name.required) == ("次郎", ["Long"], True)
    assert (again.born.parts, again.movers.data) == (["x", "", ""], [])
    with pytest.raises(AttributeError):
        _ = again.version


@pytest.mark.parametrize(
    ("year", "wanted"),
    [("令和8", 2026), ("R8", 2026), ("令和元", 2019), ("平成31年", 2019), ("昭和 63", 1988), ("２０２６", 2026),
     ("Ｒ８", 2026), ("㋿8", 2026), ("令8", 2026), ("令和８年", 2026), ("h31", 2019), ("二〇二六", 2026),
     ("令和八", 2026), ("昭和六十三年", 1988)],
)  # fmt: skip
def test_a_year_may_be_given_by_its_era(year, wanted):
    assert read(year=year).born == date(wanted, 2, 1)


@pytest.mark.parametrize(
    ("year", "month", "day", "said"),
    [("2026", "2", "30", NO_SUCH_DAY), ("2026", "13", "1", NO_SUCH_DAY), ("8", "2", "1", NOT_A_DATE),
     ("ことし", "2", "1", NOT_A_DATE), ("2026", "", "1", NOT_A_DATE)],
)  # fmt: skip
def test_a_day_that_is_not_there_is_told_from_what_is_no_date(year, month, day, said):
    with pytest.raises(Invalid) as caught:
        read(year=year, month=month, day=day)
    assert caught.value.errors[0].message == said


@pytest.mark.parametrize("year", ["令和0", "R0", "0", "0000"])
def test_no_era_has_a_year_nought(year):
    with pytest.raises(Invalid):
        read(year=year)


@pytest.mark.parametrize(
    "whole", ["2026/2/1", "2026-02-01", "令和8年2月1日", "Ｒ８．２．１", "2026年2月1日"]
)
def test_a_day_pasted_into_the_year_is_the_day(whole):
    assert read(year=whole, month="", day="").born == date(2026, 2, 1)
    assert read(year=whole, month="3", day="9").born == date(2026, 2, 1), "what stood there before"


@given(st.dates(date(1873, 1, 1), date(2200, 12, 31)), st.sampled_from(["", "3"]))
@example(date(1989, 2, 1), "")  # 平成元年: one in sixty days has a year without a digit
@example(date(2019, 5, 1), "3")
def test_the_pages_own_ways_to_write_a_day_are_read(on, before):
    weekday = "月火水木金土日"[on.weekday()]
    ways = [
        long_date(on), long_date(on, "en"), wareki(on), f"{wareki(on)}({weekday})", f"{wareki(on)}（{weekday}曜日）",
        western(on), f"{on.day} {on:%B} {on.year}", f"{on.day} {on:%b} {on.year}", f"{on:%A}, {on.day} {on:%B} {on.year}",
    ]  # fmt: skip
    for way in ways:
        assert read(year=way, month=before, day=before).born == on, way


@pytest.mark.parametrize("part", ["year", "month", "day"])
def test_a_part_of_five_thousand_digits_is_no_day_and_no_incident(part):
    with pytest.raises(Invalid):
        read(**{"year": "2026", "month": "2", "day": "1"} | {part: "1" * 5000})


@pytest.mark.parametrize("words", ["1 Foo 2026", "Tuesday", "December 2026", "0 December 2026"])
def test_words_that_are_no_day_are_told(words):
    with pytest.raises(Invalid):
        read(year=words, month="", day="")


def test_month_and_day_may_carry_their_sign():
    assert read(year="2026年", month="２月", day="1日").born == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        ("1872", "12", "31"),
        ("明治5", "12", "2"),
        ("1000", "1", "1"),
        ("2201", "1", "1"),
        ("9999", "12", "31"),
    ],
)
def test_a_day_that_no_era_or_letter_reaches_is_told_at_its_field(year, month, day):
    with pytest.raises(Invalid) as caught:
        read(year=year, month=month, day=day)
    assert (caught.value.errors[0].name, caught.value.errors[0].message) == ("born", TOO_FAR)


def read(year, month="2", day="1"):
    fields = [("name", "花子"), ("born-year", year), ("born-month", month), ("born-day", day)]
    return Card.read(SimpleNamespace(state=SimpleNamespace(form=FormData(fields))))


def test_no_form_has_the_browsers_own_bubbles():
    """They speak the browser's language; whoever writes a template need not think of it."""
    page = '<form method="post" action="/a"><form action="/b" data-tap novalidate><form>x</form>&lt;form&gt;'
    made = marked(page, "owner", "/a")
    assert made.count("<form") == made.count("novalidate") == 3
    assert made.count('name="_page"') == 1


def test_what_no_text_of_the_database_has_is_not_kept():
    """NUL is told at its field; what was typed comes back without it."""
    data = {}
    now = datetime(2026, 11, 29, tzinfo=UTC)
    keep(data, Kept({"name": ["2-1\0"]}), page="/a", owner="", now=now)
    assert [one["typed"] for one in data["_kept"]] == [{"name": ["2-1"]}]
    with pytest.raises(Invalid) as caught:
        read(year="2026\0")
    assert caught.value.errors[0].message.en.startswith("There is a letter that cannot be seen")


# ---------------------------------------------------------------- what a browser would cut, and what nobody sees


def drawn(source, **values):
    made = environment()
    text = "{% from 'kit/forms.html' import date_field, hidden_fields with context %}" + source
    return made.from_string(text).render(lang="en", reads="en", **values)


ANY_DAY = [date(2026, 12, 1), date(2026, 9, 30), date(1989, 1, 7), date(2026, 11, 25)]


@pytest.mark.parametrize("on", ANY_DAY)
def test_a_day_fits_into_its_field_however_our_pages_write_it(on):
    """What a browser cuts at the end of a field cannot be read; a POST without one shows nothing of that."""
    page = html.fromstring(drawn("{{ date_field(form.born) }}", form=shown()))
    field = page.xpath("//input[@name='born-year']")[0]
    writings = [
        long_date(on), long_date(on, "en"), wareki(on), western(on), on.isoformat(), f"{on:%Y%m%d}", f"{on:%B %-d, %Y}",
        f"{on:%b %-d, %Y}", f"{on:%A, %B %-d, %Y}", f"{on:%-d %B %Y}", f"{on.year}年{on.month}月{on.day}日（{'月火水木金土日'[on.weekday()]}曜日）",
    ]  # fmt: skip
    for written in writings:
        cut = written[: int(field.get("maxlength"))]
        assert Card.read(form_of(("name", "花子"), ("born-year", cut))).born == on, written


def form_of(*fields):
    return SimpleNamespace(state=SimpleNamespace(form=FormData(fields)))


def test_which_day_12_1_is_nobody_guesses():
    for written in ("12/1/2026", "12月1日", "Foo 1, 2026", "20261301"):
        assert "born" in errors(("name", "花子"), ("born-year", written))


class Call(Form):
    phone: Plain = asked("電話番号", "Telephone", default="", most=14)
    amount: Yen = asked("金額", "Amount", default=0)
    postcode: Postcode = asked("郵便番号", "Postcode", default="")
    name: str = asked("氏名", "Name", default="")
    shown: str = ""


@pytest.mark.parametrize("mark", ["\u202a", "\u202c", "\u2068", "\u2069", "\u200b", "\u200e", "\ufeff", "\u2060"])  # fmt: skip
def test_signs_around_a_number_are_taken_away_and_not_shown_again(mark):
    """A telephone's list of people puts them there, and nobody can delete what nobody sees."""
    request = form_of(
        ("phone", f"{mark}090-0000{mark}-0000{mark}"), ("amount", f"{mark}1,000"), ("postcode", f"060-0042{mark}"),
    )  # fmt: skip
    found = Call.read(request)
    assert (found.phone, found.amount, found.postcode) == ("090-0000-0000", 1000, "0600042")
    assert request.state.typed["phone"] == ["090-0000-0000"]
    whole = form_of(("name", "花子"), *((f"born-{one}", f"{mark}{n}") for one, n in (("year", 2026), ("month", 2), ("day", 3))))  # fmt: skip
    assert Card.read(whole).born == date(2026, 2, 3)
    with pytest.raises(Invalid, match="name"):
        Call.read(form_of(("name", f"花{mark}子")))


def test_what_a_page_carries_along_is_never_what_was_refused():
    """Else the next button sends the letter again, in a field that nobody sees."""
    page = drawn("{{ hidden_fields({'shown': value}) }}", value="060\u200b-0042\u202e\u0007")
    assert html.fromstring(page).get("value") == "060-0042"
    assert "葛\U000e0100" in drawn("{{ hidden_fields({'shown': value}) }}", value="葛\U000e0100")


class Plan(Form):
    on: DayOfNow = asked("引っ越す日", "Moving day")


@pytest.mark.parametrize(
    ("year", "wanted"),
    [("8", 2026), ("８", 2026), ("八", 2026), ("8年", 2026), ("2026", 2026), ("平成30", 2018)],
)
def test_a_bare_year_of_a_day_about_now_is_one_of_this_era(year, wanted):
    posted = FormData([("on-year", year), ("on-month", "12"), ("on-day", "1")])
    assert Plan._checked(posted).on == date(wanted, 12, 1)
