"""Every card as it stands in the tray, at every place that reads one: done, or refused in words."""

from functools import cache
from uuid import uuid4

import pytest

from kazasu.card.transports.tray import read_tray
from kazasu.cli.commands import run
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import next_open
from kazasu.municipality.moving.model import MovingIn
from kazasu.municipality.moving.store import arrivals
from kazasu.municipality.register.relationships import mover_of
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted
from kazasu.society.personas import PERSONAS
from kazasu.society.stories import moving
from kazasu.society.stories.browser import NotOnPage
from kazasu.society.stories.stage import Person, Stage
from tests.support.country import founded

pytestmark = pytest.mark.xdist_group("tray")
SATO = ("佐藤　花子", "佐藤　健一", "佐藤　結衣", "佐藤　陽翔")
READ = dict(zip(SATO, ("Sato Hanako", "Sato Kenichi", "Sato Yui", "Sato Haruto"), strict=True))
CHILDREN = SATO[2:]
CLERKS = {"141003": "鈴木　真理", "011002": "木村　直子", "401307": "清水　愛"}
TEST = Access("system:test", "municipality.test", Text("試験", "Test"))
IN_WORDS = {"card.locked", "card.expired", "card.last-try", "card.pin-form", "card.no-signing-certificate", "identity.no-record",
            "jpki.expired", "jpki.phone-too-young", "phone.card-cannot-sign"}  # fmt: skip
"""Why some cards cannot do some things."""


@pytest.fixture(scope="module")
def country():
    """Of its own: here every card is used, and nobody else's story needs it afterwards."""
    with founded() as running:
        yield running


@pytest.fixture(scope="module")
def stage(country):
    stage = Stage(country.directory, country.clock, lambda _: None)
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def desks(stage):
    """``desks("141003")``: the card desk of a city, its clerk signed in once."""

    @cache
    def desk(city):
        clerk = Person(stage, CLERKS[city], stage.browser())
        origin = stage.origin(f"city:{city}")
        return moving.sign_in(stage, clerk, origin, "/desk/cards", moving.NEW_CLERK)

    return desk


def names(country):
    folder = country.process.settings.directory_file.parent
    return {one.card_id: one.name for one in read_tray(folder)}


def well(browser):
    """No incident; a refusal is one of those that the card's state explains."""
    assert browser.status < 500 or browser.fault in IN_WORDS, (browser.url, browser.text[:400])
    assert browser.fault in {"", *IN_WORDS}, (browser.fault, browser.url)
    return browser


def hold(stage, browser, name, button, **secrets):
    well(browser.press(f"Hold this card: {name}"))
    try:
        if browser.fault:
            return browser
        last = {"use_last_try": True} if browser.fields("use_last_try") else {}
        well(browser.press(button, **secrets, **last))
    except NotOnPage:
        well(browser)
        raise
    return browser


# ---------------------------------------------------------------- the README's first journey


def test_the_sato_family_moves_to_the_last_of_four_cards(stage):
    hanako = Person(stage, SATO[0], stage.browser())
    case = moving.give_notice(stage, hanako)
    moving.accept(stage, case)
    stage.set_day(next_open(stage.today.fromordinal(stage.today.toordinal() + 1)))
    clerk = moving.at_arrival(stage, case)
    moving.identify(clerk, SATO[0])
    clerk.browser.press("Enter provisionally").expect("provisional")
    clerk.browser.press("Register").expect("registered")
    desk = clerk.browser
    for card in SATO:
        desk.get(f"{stage.origin(moving.NEW)}/desk/cards").press(
            f"Hold the card: {READ[card]} {card}"
        )
        desk.press(f"Hold this card: {card}")
        assert desk.has("This card has no signing certificate") == (card in CHILDREN)
        desk.press("Confirm", pin=moving.PIN).expect("Cards to update")
        waiting = desk.page.xpath("//main//button/@aria-label")
        assert not any(card in one for one in waiting), "it waits no longer"
    moving.close(stage, hanako, case)
    timeline = stage.browsers[-1].get(f"{stage.origin('portal')}/moves/{case}")
    assert timeline.text.count("The new address was written to a card") == len(SATO)


# ---------------------------------------------------------------- every card, every operation


def lives(country, name):
    """The city in which somebody is registered today, and their record."""
    database = country.process.prepared.databases["municipality"]

    def search(tx):
        """The tray shows an alias, where somebody has one."""
        found = [*searching.found(tx, Wanted(name)), *searching.found(tx, Wanted("NGUYEN"))]
        return next((r for r in found if r.state == "resident" and name in (r.name, r.alias)), None)

    for city in CLERKS:
        found = database.read("test.search", search, tenant=city, access=TEST)
        if found is not None:
            return city, found
    raise AssertionError(f"{name} lives nowhere")


def waits_for_its_card(country, name):
    """A registered arrival of this person in their own city, whose card waits."""
    database = country.process.prepared.databases["municipality"]
    case, token = f"MV-{uuid4().hex[:8]}", uuid4()
    city, resident = lives(country, name)

    def work(tx):
        today = civil(tx.now)
        arrivals.add(
            tx,
            MovingIn(
                case_id=case, version=1, kind="within-city", state="registered", reservation=None,
                certificate=None, visit={}, entry={}, moved_on=today, notified_on=today,
                request_id=None, decided_by="", received_at=tx.now, registered_at=tx.now,
            ),
        )  # fmt: skip
        arrivals.add_arriver(tx, case, token, mover_of(resident, token))
        (arriver,) = arrivals.arrivers(tx, case)
        arrivals.note_resident(tx, arriver, resident.resident_id, today, today)

    database.run("test.arrival", work, tenant=city, access=TEST)
    return city, case


def continued(country, stage, desks, name):
    city, case = waits_for_its_card(country, name)
    origin = stage.origin(f"city:{city}")
    desk = desks(city).get(f"{origin}/desk/cards").expect(case)
    (form,) = [f for f in desk.page.forms if case in dict(f.form_values()).values()]
    desk._walk("POST", f"{origin}/desk/cards/continue", dict(form.form_values()))
    hold(stage, desk, name, "Confirm", pin=moving.PIN)
    left = [dict(one.form_values()) for one in desk.expect("Cards to update").page.forms]
    assert not any(case in one.values() for one in left), "continued, whatever the card lacks"


def signed_in(stage, name):
    browser = stage.browser().get(f"{stage.origin('portal')}/move")
    hold(stage, browser, name, "Confirm", pin=moving.PIN)
    well(browser.get(f"{stage.origin('terminal')}/inspector"))


def phone_enrolled(stage, persona):
    origin = stage.origin("phone")
    browser = stage.browser().get(origin)
    form = next(f for f in browser.page.forms if "platform" in f.fields)
    browser._walk(
        "POST", f"{origin}/setup", {"platform": form.inputs["platform"].value or "android"}
    )
    well(browser.get(f"{origin}/reader/insert?card={persona.card_id}&back=/enrol"))
    if browser.fault:
        assert not browser.fields("pin"), "nothing is typed for a card that cannot sign"
        return
    well(browser.press("Next", pin="4321", pin_again="4321"))
    well(browser.press("Next", password="XYZ789", password_again="XYZ789"))
    if browser.fault:
        return
    last = {"use_last_try": True} if browser.fields("use_last_try") else {}
    well(browser.press("Sign and apply", card_password=moving.PASSWORD, **last))


def lost_phone(stage, persona):
    origin = stage.origin("phone")
    browser = stage.browser().get(origin)
    browser.get(f"{origin}/reader/insert?card={persona.card_id}&back=/lost")
    browser._walk("POST", f"{origin}/lost", {"action": "show", "pin": moving.PIN})
    well(browser)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda one: one.card_id)
def test_every_card_does_each_operation_or_says_why_not(country, stage, desks, persona):
    """Enrolment of a phone signs with the card."""
    name = names(country)[persona.card_id]
    signed_in(stage, name)
    phone_enrolled(stage, persona)
    lost_phone(stage, persona)
    continued(country, stage, desks, name)


def reading(what, pin, *more):
    return ["read", "--what", what, "--pin", pin, "--out", "read.out", *more]


COMMANDS = (
    ["read"],
    reading("attributes", "1234"),
    reading("certificate", "1234"),
    reading("signing-certificate", "ABC123"),
    reading("signing-certificate", "1234"),
    reading("signing-certificate", ""),
    reading("ca", ""),
    reading("signing-ca", ""),
    reading("number", "1234", "--duty", "番号法 14条"),
    reading("photo", "1234", "--duty", "番号法 14条"),
    *(["sign", "--file", "paper.txt", "--pin", "ABC123", "--as", form, "--out", "read.out"]
      for form in ("cms", "raw")),
)  # fmt: skip


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda one: one.card_id)
def test_the_command_line_reads_every_card_or_says_why_not(
    country, persona, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAZASU_DATA", str(country.process.settings.data))
    (tmp_path / "paper.txt").write_text("申請")
    for verb, *words in COMMANDS:
        status = run(["card", verb, persona.card_id, *words])
        said = capsys.readouterr().err
        assert status == 0 or any(f"[{code}]" in said for code in IN_WORDS), (words, said)
