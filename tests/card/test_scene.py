"""The tap's scene: which state stands on the screen, cell by cell; and what the page of each state has and has not."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as some
from lxml import html
from starlette.testclient import TestClient

from kazasu.card import faults as card
from kazasu.card.chip.text_ap import basic_file, read_basic
from kazasu.card.client import AUTHENTICATION, named
from kazasu.card.client import opened as opened_card
from kazasu.card.terminal import faults as terminal
from kazasu.card.terminal import pages
from kazasu.card.terminal.scene import scene_of
from kazasu.card.terminal.tap import Certified, Look, own_keys_do
from kazasu.card.transports.pcsc import NO_READER
from kazasu.card.transports.tray import Shown, last_used_first, read_tray, write_tray
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import TapRequest
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.web import Site
from tests.card.conftest import PIN
from tests.card.test_terminal import IDENTITY, INSTITUTION, SHOP, Asker, challenge, signs

ORIGIN = "http://terminal.localhost:8000"
WHICH = {"which": "暗証番号", "which_en": "PIN", "tries_left": 2, "expired_on": "2026-01-01", "status": "6F00", "institution": "x"}  # fmt: skip


def refusal(fault):
    return Refusal(fault, **WHICH)


LOOKS = {
    "nothing": Look(there=False),
    "fine": Look(),
    "one try": Look(tries_left=1),
    "locked": Look(tries_left=0, refusal=refusal(card.LOCKED)),
    "expired": Look(refusal=refusal(card.EXPIRED)),
    "a child's": Look(signs=False, refusal=refusal(card.NO_SIGNING_CERTIFICATE)),
    "no reader": Look(refusal=refusal(NO_READER)),
}
EVENTS = {
    "opened": None,
    "wrong": refusal(card.WRONG_PIN),
    "torn": refusal(card.TORN),
    "silent": refusal(terminal.RECEIVER_SILENT),
    "refused": refusal(terminal.RECEIVER_REFUSED),
}
TABLE = {
    #              opened          wrong           torn            silent          refused
    "nothing":   ["hold",         "hold",         "hold",         "cannot again", "cannot back"],
    "fine":      ["secret",       "secret",       "secret",       "cannot again", "cannot back"],
    "one try":   ["secret last",  "secret last",  "secret last",  "cannot again", "cannot back"],
    "locked":    ["cannot back",  "cannot back",  "cannot back",  "cannot again", "cannot back"],
    "expired":   ["cannot back",  "cannot back",  "cannot back",  "cannot again", "cannot back"],
    "a child's": ["cannot back",  "cannot back",  "cannot back",  "cannot again", "cannot back"],
    "no reader": ["cannot again", "cannot again", "cannot again", "cannot again", "cannot back"],
}  # fmt: skip


def request(**changes):
    return TapRequest.model_construct(**{"pin": "required", "action": "authenticate"} | changes)


def said(scene):
    more = scene.way if scene.state == "cannot" else ("last" if scene.last_try else "")
    return f"{scene.state} {more}".strip()


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("look", LOOKS)
def test_a_cell_of_state_and_event(look, event):
    scene = scene_of(request(), LOOKS[look], EVENTS[event], certified=False)
    assert said(scene) == TABLE[look][list(EVENTS).index(event)]
    assert (scene.refusal is not None) == (scene.state == "cannot") or scene.state != "cannot"


@pytest.mark.parametrize("fault", CATALOGUE.values(), ids=lambda one: one.code)
def test_every_refusal_is_a_state_with_one_way_on(fault):
    """No keypad is left before somebody whom no typing helps, whatever the fault."""
    scene = scene_of(request(), Look(), Refusal(fault), certified=False)
    assert scene.state in ("hold", "secret", "cannot")
    assert scene.way in ("back", "again")
    assert scene.refusal is not None


def test_without_a_pin_only_a_certified_terminal_goes_on():
    free = request(pin="not-needed")
    assert said(scene_of(free, Look(), None, certified=True)) == "seen"
    here = scene_of(free, Look(), None, certified=False)
    assert (said(here), here.refusal.fault.code) == ("cannot back", "terminal.not-certified")
    assert said(scene_of(free, Look(there=False), None, certified=True)) == "hold"


# ---------------------------------------------------------------- pages of the states


@pytest.fixture
def asker(clock):
    return Asker(clock)


def laid(card_id, name="佐藤　花子", staff=False):
    return Shown(
        card_id, name, "サトウ　ハナコ", "1988-04-01", "横浜市", "Yokohama", "引っ越す人", "Moves house",
        staff, "2", "2034-04-01",
    )  # fmt: skip


@pytest.fixture
def open_site(asker, box, clock):
    """``open_site(certified, **settings)``: a browser before a terminal with two cards in its tray."""

    def make(certified=None, **settings):
        write_tray(box.folder.parent, [laid("hanako"), laid("clerk", "鈴木　真理", staff=True)])
        site = Site(
            room="terminal", name=Text("端末", "Terminal"), settings=Settings(**settings), clock=clock,
            templates=Path(pages.__file__).parent / "templates",
        )  # fmt: skip
        taps = asker.reader("terminal", certified)
        site.enter(pages.Pages(site, taps, asker.institutions.directory, box))
        return TestClient(
            site.app(), base_url=ORIGIN, follow_redirects=False, headers={"accept-language": "en"}
        )

    return make


def opened(browser, asker, **changes):
    return browser.get(f"/tap?{urlencode({'request': asker.request(**changes)})}")


def held(browser, asker, card_id="hanako", **changes):
    browser.get(f"/reader/insert?card={card_id}&back=/")
    return opened(browser, asker, **changes).text


def spent(box, application, number, left):
    with box.hold("hanako", 1) as image:
        image.applications[application].pins[number].left = left
        box.save(image)


def test_nothing_on_the_reader_the_tray_lies_beside_it(open_site, asker):
    page = opened(open_site(), asker).text
    assert 'data-scene="hold"' in page
    assert 'name="pin"' not in page
    assert page.count('aria-label="Hold this card: ') == 2
    assert "Hold your card over the reader – Terminal</title>" in page


def test_a_card_that_was_chosen_is_shown_as_a_card(open_site, asker):
    page = held(open_site(), asker)
    assert 'data-scene="secret"' in page
    assert "佐藤　花子" in page
    assert "valid until 1 April 2034" in page
    assert "<svg" in page
    assert "Enter your PIN – Terminal</title>" in page
    assert f"sandbox: {PIN}" in page


@pytest.mark.parametrize(
    ("left", "changes", "which"),
    [
        ({("jpki", "18"): 0}, {}, "user-authentication PIN"),
        ({("text", "11"): 0}, {"attributes": True}, "name and address"),
        ({("jpki", "1B"): 0}, signs(), "signing password"),
    ],
)
def test_a_locked_card_is_said_before_any_secret_is_asked(
    open_site, asker, box, left, changes, which
):
    for (application, number), n in left.items():
        spent(box, application, number, n)
    page = held(open_site(), asker, **changes)
    assert 'data-scene="cannot"' in page
    assert "card.locked" in page
    assert which in page
    assert 'type="password"' not in page
    assert "Back to Bicycles" in page


def test_a_lock_that_this_tap_does_not_need_hinders_nobody(open_site, asker, box):
    spent(box, "jpki", "1B", 0)
    spent(box, "text", "11", 0)
    assert 'data-scene="secret"' in held(open_site(), asker)


def test_the_last_try_is_warned_of_before_anything_is_typed(open_site, asker, box):
    spent(box, "jpki", "18", 1)
    page = held(open_site(), asker)
    form = page[page.index('action="/tap"') :]
    assert "One more wrong try locks it" in page
    assert form.index("use_last_try") < form.index('id="pin"'), "confirmed in the same form"


def test_a_card_ends_with_its_last_day(asker, box, clock):
    """Its certificate for signing in, for a sign-in; itself, for everything."""
    reader = lambda: VirtualReader(box, "hanako")  # noqa: E731
    with opened_card(reader) as client:
        certificate = x509.load_der_x509_certificate(client.certificate("authentication"))
        ends = civil(certificate.not_valid_after_utc)
        whole = client.record().expires_on
        assert client.ends(of_sign_in=True) == min(ends, whole)
        assert client.ends(of_sign_in=False) == whole
    tap = asker.taps.read(asker.request())
    clock.advance(timedelta(days=366 * 12))
    assert asker.taps.look(tap, reader).refusal.fault.code == "card.expired"


def last_day(box):
    with opened_card(lambda: VirtualReader(box, "hanako")) as client:
        return client.ends(of_sign_in=True)


@pytest.mark.parametrize(
    ("before", "state", "told"),
    [(61, "secret", False), (60, "secret", True), (1, "secret", True), (0, "secret", True), (-1, "cannot", False)],
)  # fmt: skip
def test_whose_card_ends_soon_is_told_by_the_reader_whoever_asks(
    open_site, asker, box, clock, before, state, told
):
    """A private institution learns nothing of a certificate, and so cannot tell its staff: the reader does."""
    ends = last_day(box)
    clock.advance(timedelta(days=(ends - civil(clock.now())).days - before))
    page = held(open_site(), asker)
    assert f'data-scene="{state}"' in page
    assert ('id="card-ends"' in page) is told
    if told:
        said = html.fromstring(page).get_element_by_id("card-ends").text_content()
        assert f"can be used until {long_date(ends, 'en')}" in said
        assert "whoever registers staff cards" in said
        assert ends.isoformat() not in page


def test_time_is_up_and_the_way_back_is_there(open_site, asker, clock):
    sealed = asker.request()
    clock.advance(timedelta(minutes=6))
    answer = open_site().get(f"/tap?{urlencode({'request': sealed})}")
    assert answer.status_code == 410
    assert f'href="{SHOP}/"' in answer.text
    assert "Back to Bicycles" in answer.text
    assert "Begin again" not in answer.text, "this asker has no such way"


def test_time_is_up_and_the_same_begins_again(open_site, asker, clock):
    again = f"{IDENTITY}/tap/anew?tap=1"
    sealed, browser = asker.request(again_at=again), open_site()
    page = browser.get(f"/tap?{urlencode({'request': sealed})}")
    assert int(page.headers["refresh"]) == 302, (
        "the page looks again by itself, two seconds after the end"
    )
    clock.advance(timedelta(seconds=301))
    assert (
        f'href="{again}&amp;lang=en"' in browser.get(f"/tap?{urlencode({'request': sealed})}").text
    )


def test_a_page_gone_back_to_does_not_tell_of_an_earlier_try():
    kept = Refusal(card.WRONG_PIN, tries_left=2, tries_en="tries lock", **named(AUTHENTICATION))
    scenes = {
        left: scene_of(
            request(),
            Look(tries_left=left, counters={kept.facts["which"]: left}),
            kept,
            certified=False,
        )
        for left in (2, 1)
    }
    assert scenes[2].refusal is kept
    assert (scenes[1].refusal, scenes[1].last_try) == (None, True)


def test_a_forgery_names_nobody(open_site):
    answer = open_site().get("/tap?request=a.b.c")
    assert answer.status_code == 403
    assert "terminal.forged-request" in answer.text
    assert "Bicycles" not in answer.text


@pytest.mark.parametrize(
    ("standing", "seen"),
    [("public", "Public institution"), ("reviewed", "Reviewed company"), ("test", "nobody has checked it")],
)  # fmt: skip
def test_who_vouches_for_the_askers_name_is_said(open_site, asker, standing, seen):
    institution = INSTITUTION if standing == "public" else {}
    page = opened(open_site(), asker, **institution | {"asker_standing": standing}).text
    assert seen in page
    assert ("This party is in test" in page) == (standing == "test")


def test_another_device_is_a_choice_of_the_scene_only_where_the_asker_offers_it(open_site, asker):
    browser, there = open_site(), "http://identity.localhost:8000/tap/elsewhere?tap=1"
    assert there in opened(browser, asker, elsewhere_at=there).text
    assert "QR code" not in opened(browser, asker).text
    forged = opened(browser, asker, elsewhere_at="http://evil.test/")
    assert forged.status_code == 403


def test_the_words_chosen_at_the_reader_go_on_with_every_way_out(open_site, asker):
    browser = open_site()
    there = "http://identity.localhost:8000/tap/elsewhere?tap=1"
    held(browser, asker)
    sealed = asker.request(elsewhere_at=there)
    page = browser.get(f"/tap?{urlencode({'request': sealed, 'lang': 'easy'})}").text
    wanted = dict(re.findall(r'<input type="hidden" name="(_page|request)" value="([^"]*)"', page))
    assert "/tap/elsewhere?tap=1&amp;lang=easy" in page
    stopped = browser.post("/tap/stop", data=wanted, headers={"origin": ORIGIN})
    assert stopped.headers["location"].endswith("lang=easy")


def test_a_phones_certificates_are_offered_where_they_can_serve(open_site, asker):
    browser = open_site()
    offered = "Use the certificates on this phone"
    assert (offered in opened(browser, asker).text) == ("phone" in asker.institutions.directory)
    assert own_keys_do(request(keys="any", attributes=False))
    assert not own_keys_do(request(keys="card", attributes=False))
    assert offered not in opened(browser, asker, keys="card").text


def test_without_a_pin_the_scene_asks_to_be_seen(open_site, asker):
    free = {"pin": "not-needed", "challenge": challenge("authenticate-without-pin")}
    page = held(open_site(Certified(b"cv", "face")), asker, **free)
    assert 'data-scene="seen"' in page
    assert "My face was compared" in page
    assert "terminal.not-certified" in held(open_site(), asker, **free)


def test_in_production_no_tray_no_hint_no_face(open_site, asker, monkeypatch):
    """A real reader: nothing of the holder is known before the PIN, and nothing is shown."""

    def absent(*_):
        raise Refusal(card.NO_CARD)

    monkeypatch.setattr("kazasu.card.terminal.reader.PcscReader", absent)
    browser = open_site(reader="pcsc", mode="production")
    page = opened(browser, asker).text
    assert 'data-scene="hold"' in page
    assert "My card is there" in page
    for never in ("佐藤", "Hold this card", "portrait", PIN, "ABC123", "SANDBOX"):
        assert never not in page, never


# ---------------------------------------------------------------- the tray


def test_a_search_works_without_a_script(open_site, asker):
    browser = open_site()
    sealed = asker.request()
    for wanted, names in {"": 2, "鈴木": 1, "MOVES yokohama": 2, "nobody": 0}.items():
        page = browser.get(f"/tap?{urlencode({'request': sealed, 'q': wanted})}").text
        assert page.count('aria-label="Hold this card: ') == names, wanted


def test_the_card_used_last_lies_first(open_site, asker):
    browser = open_site()
    browser.get("/reader/insert?card=hanako&back=/")
    browser.post("/reader/remove", data={"back": "/"}, headers={"origin": ORIGIN})
    assert "Used before" in opened(browser, asker).text


@given(some.permutations(["a", "b", "c", "d"]), some.integers(0, 4))
def test_last_used_first_keeps_all_and_the_order_of_the_others(used, many):
    cards = [laid(one) for one in "abcd"]
    found = [one.card_id for one in last_used_first(cards, used[:many])]
    assert found[:many] == used[:many]
    assert found[many:] == [one for one in "abcd" if one not in used[:many]]


def test_a_tray_from_before_the_faces_still_reads(tmp_path):
    old = {key: value for key, value in vars_of(laid("old")).items() if key not in ("sex", "expires_on", "pin", "password")}  # fmt: skip
    (tmp_path / "tray.json").write_text(json.dumps([old]))
    (card_there,) = read_tray(tmp_path)
    assert (card_there.expires, card_there.pin) == (None, PIN)
    assert read_tray(tmp_path / "nowhere") == []


def test_the_city_is_the_one_that_the_card_carries_today(tmp_path, box):
    """A desk that wrote the new address wrote it on the card; the list was made at the founding."""
    moved = replace(laid("other"), city_ja="札幌市", city_en="Sapporo")
    write_tray(tmp_path, [laid("hanako"), moved])
    assert [one.city_ja for one in read_tray(tmp_path)] == ["横浜市", "札幌市"]
    card = box.load("hanako")
    file = card.applications["text"].files["02"]
    facts = read_basic(file.data).model_copy(update={"address": "北海道札幌市中央区北一条西二丁目"})
    file.data = basic_file(facts)
    box.save(card)
    now = read_tray(tmp_path)[0]
    assert (now.city.ja, now.city.en) == ("札幌市", "Sapporo")
    assert now.says("sapporo")
    assert not now.says("yokohama")


@pytest.mark.told_of_faults
def test_a_list_that_broke_is_made_anew_of_the_cards(tmp_path, box):
    for broken in ("", "[{", '[{"card_id": "hanako"}]', "null"):
        (tmp_path / "tray.json").write_text(broken)
        (found,) = read_tray(tmp_path)
        assert (found.card_id, found.name, found.born) == ("hanako", "横浜　花子", "1990-04-01")
        assert json.loads((tmp_path / "tray.json").read_text())[0]["card_id"] == "hanako"


def vars_of(shown):
    return {name: getattr(shown, name) for name in shown.__dataclass_fields__}


def test_every_state_has_one_first_heading_and_its_title(open_site, asker, box):
    browser = open_site()
    titles = {re.search(r"<title>(.*?)</title>", opened(browser, asker).text)[1]}
    titles.add(re.search(r"<title>(.*?)</title>", held(browser, asker))[1])
    spent(box, "jpki", "18", 0)
    locked = held(browser, asker)
    titles.add(re.search(r"<title>(.*?)</title>", locked)[1])
    assert len(titles) == 3, "the title changes with the state"
    assert locked.count("<h1") == 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_whole_document_is_on_the_page_in_both_languages(open_site, asker, language):
    """One language could say what the other did not, and data were signed of which the page said nothing."""
    changes = signs(audiences=["city:141003"], data={"secret": "and my house"})
    sealed = asker.request(**changes)
    page = open_site().get(f"/tap?{urlencode({'request': sealed, 'lang': language})}").text
    for part in (
        "売買契約",
        "Contract of sale",
        "品目",
        "Item",
        "自転車",
        "Bicycle",
        "city:141003",
    ):
        assert part in page, part
    assert "&#34;secret&#34;: &#34;and my house&#34;" in page
    head = page[: page.index('class="scene-other"')]
    assert ("売買契約" in head) == (language == "ja")
    assert ("Contract of sale" in head) == (language == "en")
