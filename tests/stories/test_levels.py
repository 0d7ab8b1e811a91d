"""Service × level over the real path: each cell of the table in the institutions' declarations is walked (threat 6).

The browser's person writes another level into the address on its way: the relying party is not fooled.
"""

import re

import pytest

from kazasu.kit import levels
from kazasu.society.stories import moving
from tests.support.phones import PASSWORD, PIN, Phone
from tests.support.relay import Relay, signed_by

CLERK, RESIDENT = "高橋　誠", "山田　颯太"
CITY = "city:141003"
NO_PIN = "My face was compared"
ENGLISH = {"accept-language": "en"}


def weakened(browser, address):
    """Follow a sign-in's address, but ask for no PIN on the way."""
    place = browser.client.get(address, headers=ENGLISH).headers["location"]
    return browser.get(_without_pin(place))


def _without_pin(place):
    changed = re.sub(r"acr_values=[^&]*", "acr_values=aal2", place)
    assert changed != place, "the relying party names its level"
    return changed


class Portal:
    key, card, seen = "portal.sign-in", RESIDENT, "Your procedures"

    def __init__(self, stage):
        self.browser = stage.browser()
        self.address = f"{stage.origin('portal')}/signin"

    def begin(self, *, weak=False):
        return weakened(self.browser, self.address) if weak else self.browser.get(self.address)


class StaffDesk(Portal):
    key, seen = "city.staff-desk", "desk"

    def __init__(self, stage, card):
        self.card = card
        self.browser = stage.browser()
        self.address = f"{stage.origin(CITY)}/signin"


class WalkIn(Portal):
    key, card, seen = "city.walk-in", RESIDENT, "planned"

    def __init__(self, stage, clerk):
        desk = StaffDesk(stage, clerk)
        desk.begin()
        by_card(desk, None)
        self.browser = desk.browser
        self.address = f"{stage.origin(CITY)}/desk/walk-in"

    def begin(self, *, weak=False):
        origin = "/".join(self.address.split("/")[:3])
        answer = self.browser.client.post(self.address, headers=ENGLISH | {"origin": origin})
        place = answer.headers["location"]
        return self.browser.get(_without_pin(place) if weak else place)


def take(service):
    service.browser.press(f"Hold this card: {service.card}")


def by_card(service, _):
    take(service)
    service.browser.press("Confirm", pin="1234")


def by_phone(service, stage):
    held = Phone(stage, service.card).set_up()
    held.enrol(replaces=True)
    cookie = next(c.value for c in held.browser.client.cookies.jar if c.name == "phone")
    service.browser.client.cookies.set("phone", cookie, domain="phone.localhost")
    service.browser.click("Use the certificates on this phone").press("Confirm", pin=PIN)


def by_face(service, _):
    take(service)
    service.browser.expect("No PIN is needed").press(NO_PIN)


WAYS = {"card-pin": by_card, "phone-lock": by_phone, "pin-less": by_face}


@pytest.fixture
def clerk(stage):
    """A clerk's card, as the tray names it."""
    tray = stage.browser().get(f"{stage.origin('society')}/tray?back={stage.origin('terminal')}/")
    names = [a.get("aria-label") for a in tray.page.iter("a") if a.get("aria-label")]
    return names[-6].partition(": ")[2]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [Portal, StaffDesk, WalkIn], ids=lambda one: one.key)
def test_a_cell_of_service_and_level(stage, clerk, kind, way):
    service = kind(stage) if kind is Portal else kind(stage, clerk)
    service.begin(weak=way == "pin-less")
    if way == "phone-lock" and levels.card_only(service.key):
        for offered in ("Use the certificates on this phone", "Use my phone instead"):
            assert not service.browser.has(offered), "what cannot serve is not offered"
        return
    WAYS[way](service, stage)
    if levels.accepts_way(service.key, way):
        assert service.browser.fault in ("", *_OF_THE_CASE)
        assert not service.browser.url.startswith(stage.origin("identity"))
    else:
        assert service.browser.fault == "signin.too-weak"


_OF_THE_CASE = ("municipality.no-departure",)
"""Whoever walks in without having moved is told so: that is after the level was accepted."""


@pytest.mark.parametrize("way", WAYS)
def test_a_signature_is_asked_with_its_password_whatever_the_level(stage, person, way):
    signer = person(RESIDENT)
    moving.sign_in(stage, signer, stage.origin("portal"), "/move", moving.HANAKO)
    browser = signer.browser
    if not browser.has("Sign and send"):
        moving.fill_in(stage, browser, movers=1, postcode="0600042")
    answer = browser.client.post(
        browser.url, data={"reviewed": browser.fields("reviewed")[0]},
        headers=ENGLISH | {"origin": stage.origin("portal")},
    )  # fmt: skip
    place = answer.headers["location"]
    browser.get(_without_pin(place) if way == "pin-less" else place).expect("The document you sign")
    if way == "phone-lock":
        held = Phone(stage, RESIDENT).set_up()
        held.enrol(replaces=True)
        cookie = next(c.value for c in held.browser.client.cookies.jar if c.name == "phone")
        browser.client.cookies.set("phone", cookie, domain="phone.localhost")
        browser.click("Use the certificates on this phone")
        assert browser.has("signing password")
        browser.press("Sign", password=PASSWORD).expect("Your notice was sent")
        case = moving.case_of(browser)
        timeline = f"{stage.origin('portal')}/moves/{case}"
        browser.get(timeline).click("Cancel this move").press("Yes, cancel")
        stage.until("taken back", lambda: browser.get(timeline).has("The notice was taken back"))
    else:
        browser.press(f"Hold this card: {RESIDENT}")
        browser.expect("Sign this document")
        assert not browser.has(NO_PIN), "no signature without its password"
        browser.get(f"{stage.origin('portal')}/move").click("Stop and delete this draft").press(
            "Delete it"
        )
    assert levels.accepts_way("portal.move-notice", way) == (way != "pin-less")


def test_a_terminal_that_saw_no_pin_where_one_was_asked_is_refused(country):
    """Its own result says so, and counts less than what was asked for."""
    with Relay(country) as relay:
        begun = relay.begin()
        handle = relay.bring(begun.tap, signed_by(begun.tap), holder="counter")
        page = begun.client.get(begun.tap.continue_at, params={"handle": handle})
        identity = country.directory.origin("identity")
        state = begun.client.get(f"{identity}{page.headers['location']}")
    assert "identity.not-strong-enough" in state.text


def test_the_card_is_as_it_was_after_a_tap_without_a_pin(stage, clerk, country):
    relay = Relay(country)
    before = {a: {n: p.left for n, p in app.pins.items()} for a, app in relay.box.load("yamada-sota").applications.items()}  # fmt: skip
    service = WalkIn(stage, clerk)
    service.begin(weak=True)
    by_face(service, stage)
    after = {a: {n: p.left for n, p in app.pins.items()} for a, app in relay.box.load("yamada-sota").applications.items()}  # fmt: skip
    assert after == before


# ---------------------------------------------------------------- the table itself


def test_every_cell_has_its_reason():
    assert len(levels.actions()) >= 10
    for one in levels.actions().values():
        assert one.accepts
        assert one.reason.strip()
        assert one.source.strip()
        assert set(one.accepts) <= set(levels.ACR_OF_WAY.values())
    assert not levels.accepts("portal.sign-in", "aal2")
    assert not levels.accepts("portal.sign-in", "")
    with pytest.raises(KeyError):
        levels.accepted("nothing")


@pytest.mark.parametrize("service", [key for key, one in levels.actions().items() if one.signs])
def test_nothing_is_signed_without_the_password(service):
    assert not levels.accepts_way(service, "pin-less")
    assert not levels.accepts_way(service, "passkey")


def test_what_is_derived_from_the_card_enrols_no_phone():
    ways = {way for way in levels.ACR_OF_WAY if levels.accepts_way("phone.enrolment", way)}
    assert ways == {"card-pin"}
