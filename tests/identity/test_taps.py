"""The tap from both sides: evidence that is late, doubled, foreign, forged or missing; signing."""

import base64
import json
from datetime import timedelta

import pytest
from psycopg import OperationalError

from kazasu.card.terminal.asking import paper_of
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jpki.validation import AddressPerson
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.keys import decrypt
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web.reading.chosen import carried
from kazasu.identity import model
from kazasu.identity.service.completing import Finishing
from kazasu.identity.store import cleaning
from tests.identity.conftest import HANAKO, PERSON
from tests.identity.registered_party import Party
from tests.support import pki


def page_after(world, response):
    """What the person reads when a tap came to nothing."""
    assert response.status_code == 303
    place = response.headers["location"]
    assert place.startswith("/tap/")
    return world.browser.get(f"{world.origin}{place}").text


def returned(world, tap, result, browser=None):
    handle = world.bring(tap, result).json()["handle"]
    return (browser or world.browser).get(tap.continue_at, params={"handle": handle})


def test_the_person_reads_who_asks_and_what_they_learn(world):
    tap = world.tap_of(world.authorize(scope="openid name address"))
    assert tap.asker_origin == world.directory.origin("portal")
    assert "Name" in tap.learns_en
    assert "住所" in tap.learns_ja
    assert tap.attributes
    assert base64.b64decode(tap.challenge).decode().splitlines()[:3] == [
        "KAZASU-TAP-V1", "authenticate", tap.asker_origin,
    ]  # fmt: skip


def test_evidence_for_another_request_is_worth_nothing(world):
    first = world.tap_of(world.authorize())
    second = world.tap_of(world.authorize())
    stolen = world.evidence(first) | {"request_id": second.request_id}
    assert "identity.wrong-challenge" in page_after(world, returned(world, second, stolen))


def test_a_signature_by_another_key_is_worth_nothing(world):
    tap = world.tap_of(world.authorize())
    content = base64.b64decode(tap.challenge)
    forged = world.evidence(tap, signature=pki.b64(pki.sign(3, content)))
    assert "jpki.bad-signature" in page_after(world, returned(world, tap, forged))


def test_the_first_answer_counts(world):
    tap = world.tap_of(world.authorize())
    assert world.bring(tap, world.evidence(tap)).is_success
    again = world.bring(tap, world.evidence(tap, 3))
    assert again.json()["code"] == "identity.tap-answered"


def test_a_tap_ends_after_five_minutes(world):
    tap = world.tap_of(world.authorize())
    world.later(minutes=5, seconds=1)
    assert world.bring(tap, world.evidence(tap)).json()["code"] == "identity.tap-expired"


def test_an_unknown_tap_is_refused(world):
    tap = world.tap_of(world.authorize())
    wrong = world.evidence(tap) | {"request_id": "nothing"}
    assert world.bring(tap, wrong).json()["code"] == "identity.unknown-request"


def test_a_handle_serves_the_browser_that_began(world):
    tap = world.tap_of(world.authorize())
    response = returned(world, tap, world.evidence(tap), world.street.browser())
    assert "identity.other-browser" in response.text


def test_a_handle_serves_once(world):
    tap = world.tap_of(world.authorize())
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    world.answer(world.browser.get(tap.continue_at, params={"handle": handle}))
    world.clock.advance(model.AT_ONCE + timedelta(seconds=1))
    again = world.browser.get(tap.continue_at, params={"handle": handle})
    assert again.status_code >= 400


@pytest.mark.told_of_faults
def test_an_answer_that_was_lost_on_our_side_is_asked_for_again(world, monkeypatch):
    """Taken, and then the database died: whoever reloads reads what happened, and is still with the one who asked."""

    def dies(*_):
        raise OperationalError("the connection is lost")

    tap = world.tap_of(world.authorize())
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    back = f"{tap.continue_at}&handle={handle}"
    with monkeypatch.context() as patched:
        patched.setattr(Finishing, "finish", dies)
        assert world.browser.get(back).status_code == 503
    again = world.browser.get(back + "&lang=en")
    assert again.status_code == 303
    place = f"{world.origin}{again.headers['location']}"
    page = world.browser.get(place).text
    assert "identity.answer-lost" in page
    assert "Hold the card again" in page
    assert "/stop" in page, "and back to who asked"
    stranger = world.street.browser().get(back)
    assert "identity.other-browser" in stranger.text


def test_a_handle_that_is_brought_twice_at_once_leads_on_twice(world):
    """The reader's last page goes on by itself, and its link is pressed: the browser shows the second answer alone."""
    tap = world.tap_of(world.authorize())
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    first, second = (
        world.browser.get(tap.continue_at, params={"handle": handle}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]
    stranger = world.street.browser().get(tap.continue_at, params={"handle": handle})
    assert "code=" not in stranger.headers.get("location", "")
    assert stranger.status_code >= 400


def test_a_finished_request_takes_no_other_tap(world):
    response = world.authorize()
    world.tapped(response)
    (cookie,) = [c.name for c in world.browser.cookies.jar if c.name.startswith("tap-")]
    again = world.browser.get(f"{world.origin}/tap/{cookie.removeprefix('tap-')}/again")
    assert "identity.signed-in-already" in again.text


@pytest.mark.parametrize("code", ["card.wrong-pin", "something.unheard-of"])
def test_a_failure_that_the_terminal_explained_leads_back_in_one_step(world, code):
    tap = world.tap_of(world.authorize())
    result = {"request_id": tap.request_id, "failure": {"code": code, "tries_left": 2}}
    place = returned(world, tap, result).headers["location"]
    assert place.startswith(tap.asker_origin)
    assert "error=access_denied" in place


@pytest.mark.parametrize(
    ("code", "told"),
    [("card.locked", "card.locked"), ("phone.expired", "phone.expired"), ("jpki.revoked", None), ("card.wrong-pin", None)],
)  # fmt: skip
def test_only_what_the_card_said_at_the_reader_is_told_and_to_the_state_alone(world, code, told):
    def answer(tap):
        result = {"request_id": tap.request_id, "failure": {"code": code, "tries_left": 0}}
        return world.answer(returned(world, tap, result))

    assert answer(world.tap_of(world.authorize())).get("tap_failure") == told
    assert "tap_failure" not in answer(world.tap_of(Party(world).authorize(scope="openid")))


def test_nothing_at_all_is_no_evidence(world):
    tap = world.tap_of(world.authorize())
    text = page_after(world, returned(world, tap, {"request_id": tap.request_id}))
    assert "identity.no-evidence" in text


def test_attributes_that_were_asked_for_must_come(world):
    tap = world.tap_of(world.authorize(scope="openid name"))
    result = world.evidence(tap.model_copy(update={"attributes": False}))
    assert "identity.attributes-missing" in page_after(world, returned(world, tap, result))


def test_a_card_surface_that_does_not_verify_is_refused(world):
    tap = world.tap_of(world.authorize(scope="openid name"))
    result = world.evidence(tap)
    other = world.surface(HANAKO.model_copy(update={"name": "横浜　太郎"}))
    result["evidence"]["card_surface"] = other["card_surface"]
    assert "jpki.bad-card-surface" in page_after(world, returned(world, tap, result))


def test_stopping_at_the_terminal_leads_back_in_one_step(world):
    tap = world.tap_of(world.authorize())
    place = world.browser.get(tap.cancel_at).headers["location"]
    assert place.startswith(tap.asker_origin)
    assert "error=access_denied" in place
    assert model.error_for("identity.stopped") is model.error_for("card.locked"), "no cause is told"


@pytest.mark.parametrize(("words", "told"), [("en", "en"), ("easy", "ja-x-easy ja")])
def test_the_words_chosen_at_the_tap_come_back_to_an_institution(world, words, told):
    tap = world.tap_of(world.authorize(ui_locales="ja"))
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    back = world.browser.get(tap.continue_at, params={"handle": handle, "lang": words})
    assert world.answer(back)["ui_locales"] == told
    stopped = world.tap_of(world.authorize(ui_locales="ja"))
    back = world.browser.get(carried(stopped.cancel_at, words))
    assert world.answer(back) == world.answer(back) | {"error": "access_denied", "ui_locales": told}


def test_who_registered_by_themselves_is_not_told_in_which_words_somebody_reads(world):
    tap = world.tap_of(Party(world).authorize(scope="openid"))
    back = world.browser.get(carried(tap.cancel_at, "en"))
    assert "ui_locales" not in world.answer(back)


def test_another_device_is_chosen_in_the_scene(world):
    tap = world.tap_of(world.authorize())
    place = world.browser.get(tap.elsewhere_at).headers["location"]
    assert place.startswith("/phone/wait/")
    stranger = world.street.browser().get(tap.elsewhere_at)
    assert "identity.other-browser" in stranger.text


def test_who_wants_a_card_itself_is_offered_and_given_nothing_else(world, monkeypatch):
    tap = world.tap_of(world.authorize(device="card"))
    assert (tap.keys, tap.elsewhere_at) == ("card", "")
    forced = world.browser.get(f"{world.origin}/tap/elsewhere?tap={tap.request_id}")
    assert world.tap_of(forced).audience == "terminal"
    asked = Inquirer.ask

    def of_a_phone(self, *given, **more):
        return asked(self, *given, **more).model_copy(update={"media": "phone"})

    with monkeypatch.context() as patched:
        patched.setattr(Inquirer, "ask", of_a_phone)
        page = page_after(world, returned(world, tap, world.evidence(tap)))
    assert "identity.card-needed" in page
    assert "again?on=phone" not in page
    assert "code" in world.answer_of(world.authorize(device="card"))
    assert world.tap_of(world.authorize()).keys == "any"


def test_the_same_begins_anew_when_the_time_of_a_tap_is_over(world):
    tap = world.tap_of(world.authorize())
    world.clock.advance(model.TAP_LIFE + timedelta(seconds=1))
    assert "/tap?request=" in world.browser.get(tap.again_at).headers["location"]
    assert "identity.other-browser" in world.street.browser().get(tap.again_at).text


def test_after_the_taps_time_it_is_known_how_it_ended_and_may_begin_anew(world):
    """Rows that are over are deleted at each tick; a tap's with its request, which lives longer."""
    done, open_still = world.tap_of(world.authorize()), world.tap_of(world.authorize())
    world.browser.get(done.cancel_at)
    world.clock.advance(model.TAP_LIFE + timedelta(seconds=1))

    def stands(tap):
        return world.browser.get(tap.respond_to, params={"tap": tap.request_id}).json()["state"]

    world.street.databases("identity").run("test.purge", cleaning.purge)
    assert stands(done) == "stopped"
    assert "/tap?request=" in world.browser.get(open_still.again_at).headers["location"]
    world.clock.advance(model.REQUEST_LIFE)
    world.street.databases("identity").run("test.purge", cleaning.purge)
    assert (stands(done), stands(open_still)) == ("gone", "gone")


def test_a_chip_without_pin_is_not_enough_where_the_pin_is_asked_for():
    with pytest.raises(Refusal) as refused:
        model.check_acr(("aal3",), "aal2")
    assert refused.value.fault.code == "identity.not-strong-enough"
    model.check_acr(("aal2", "aal3"), "aal2")
    model.check_acr((), "aal2")


def test_what_is_unreadable_is_a_problem(world):
    tap = world.tap_of(world.authorize())
    answer = world.browser.post(tap.respond_to, content=b"{")
    assert answer.json()["code"] == "exchange.bad-signature"
    signer = world.street.process.institution("terminal")
    empty = signer.sign(b"{}", "kazasu-tap-result+jws")
    assert world.browser.post(tap.respond_to, content=empty).json()["code"] == "exchange.unreadable"


# ---------------------------------------------------------------- signing


def signed(world, card=1):
    world.login()
    number = world.deposit().json()["sign_transaction_id"]
    request = world.request(scope="openid sign", sign_transaction_id=number)
    verifier = world.verifier
    response = world.browser.get(f"{world.protocol}/auth", params=request)
    answer = world.answer_of(response, card)
    world.redeem(answer["code"], verifier=verifier)
    return number


def result_of(world, number, headers=None):
    return world.browser.get(
        f"{world.origin}/api/sign-transactions/{number}/result", headers=headers or world.bearer()
    )


def test_the_document_is_shown_and_exactly_its_bytes_are_signed(world):
    number = world.deposit().json()["sign_transaction_id"]
    request = world.request(scope="openid sign", sign_transaction_id=number)
    tap = world.tap_of(world.browser.get(f"{world.protocol}/auth", params=request))
    assert tap.action == "sign"
    assert tap.purpose_ja == "電子署名「転出届」"
    paper = paper_of(tap, world.directory)
    assert paper.lines == ((("異動日", "Date"), ("2026-12-01", "2026-12-01")),)
    assert paper.audiences == (tuple(world.directory.entry("city:141003").name),)
    assert base64.b64decode(tap.challenge) == world.document()


def test_the_audience_alone_gets_the_certificate(world):
    found = result_of(world, signed(world)).json()
    assert set(found["certificates"]) == {"city:141003"}
    city = world.street.process.institution("city:141003")
    opened = decrypt(found["certificates"]["city:141003"], city)
    assert base64.b64decode(opened) == world.issued.signing


def test_a_document_is_signed_once(world):
    number = signed(world)
    again = world.answer(world.authorize(scope="openid sign", sign_transaction_id=number))
    assert again["error"] == "invalid_request"


def test_before_it_is_signed_there_is_no_result(world):
    number = world.deposit().json()["sign_transaction_id"]
    assert result_of(world, number).json()["code"] == "identity.not-signed"


@pytest.mark.parametrize("number", ["x", "11111111-1111-4111-8111-111111111111"])
def test_unknown_transactions(world, number):
    assert result_of(world, number).json()["code"] == "identity.unknown-sign-transaction"


def test_the_signing_interface_needs_its_own_token(world):
    token = world.login()["access_token"]
    refused = world.deposit(headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 401


GOOD = {
    "title": {"ja": "a", "en": "a"},
    "lines": [{"label_ja": "a", "label_en": "a", "value": "b"}],
}


@pytest.mark.parametrize(
    "document",
    [
        b"\xff",
        b"{}",
        b"[]",
        json.dumps(GOOD | {"lines": []}).encode(),
        json.dumps(GOOD | {"hidden": 1}).encode(),
        json.dumps(GOOD)[:-1].encode() + b', "title": {"ja": "b", "en": "b"}}',
        json.dumps(GOOD | {"data": {"x": "y" * 70_000}}).encode(),
    ],
)
def test_nothing_is_signed_that_a_person_cannot_read(world, document):
    assert world.deposit(document).json()["code"] == "identity.bad-document"


@pytest.mark.parametrize("audiences", [("nobody",), ("city:141003", "city:141003")])
def test_audiences_are_institutions(world, audiences):
    assert world.deposit(audiences=audiences).json()["code"] == "identity.bad-document"


def test_a_revoked_signing_certificate_signs_nothing(world):
    world.later(hours=1)
    letter = PersonChanged(
        resident_record_code=PERSON, what="address", municipality_code="141003",
        at=world.clock.now(),
    )  # fmt: skip
    world.street.databases("jpki").run(
        "test.changed", lambda tx: world.jpki.life.person_changed(tx, letter, None)
    )
    number = world.deposit().json()["sign_transaction_id"]
    request = world.request(scope="openid sign", sign_transaction_id=number)
    response = world.browser.get(f"{world.protocol}/auth", params=request)
    tap = world.tap_of(response)
    text = page_after(world, returned(world, tap, world.evidence(tap)))
    assert "jpki.lapsed-by-change" in text


# ---------------------------------------------------------------- phone


def test_the_phone_shows_the_same_number_and_the_browser_goes_on(world):
    response = world.authorize(device="phone")
    waiting = f"{world.origin}{response.headers['location']}"
    page = world.browser.get(waiting)
    assert page.headers["refresh"] == "3"
    assert world.browser.get(waiting.replace("/phone/wait/", "/phone/qr/")).status_code in (
        200,
        404,
    )
    address = next(
        word for word in page.text.replace('"', " ").replace("<", " ").split()
        if word.startswith(f"{world.origin}/phone/") and "/wait" not in word and "/qr" not in word
    )  # fmt: skip
    phone = world.street.browser()
    tap = world.tap_of(phone.get(address))
    assert tap.audience == "phone"
    assert f'<strong class="pin">{tap.check_number}<' in page.text
    assert world.street.browser().get(address).status_code == 303, "looking uses nothing up"
    by_terminal = world.bring(tap, world.evidence(tap))
    assert by_terminal.json()["code"] == "identity.unknown-request", "it was for a phone"
    chosen = {"reader": "phone", "holder": "phone-lock", "chosen_number": tap.check_number}
    handle = world.bring(tap, world.evidence(tap), **chosen).json()["handle"]
    assert world.browser.get(waiting).status_code == 200, "the phone has not confirmed yet"
    sent = phone.get(tap.continue_at, params={"handle": handle})
    assert sent.status_code == 200
    assert "Sent from your phone" in sent.text or "スマートフォンから送りました" in sent.text
    assert "確認しました" not in sent.text, "whether it worked is told on the screen that asked"
    assert "code" in world.answer(world.browser.get(waiting))


def test_another_browser_cannot_wait_for_the_phone(world):
    response = world.authorize(device="phone")
    stranger = world.street.browser().get(f"{world.origin}{response.headers['location']}")
    assert "identity.other-browser" in stranger.text


def test_a_reference_of_another_asker_is_refused(world):
    inquirer = world.street.process._house("identity").inquirer("identity")
    with pytest.raises(Refusal) as refused:
        inquirer.ask(
            AddressPerson(person_ref="nobody", audience="portal"),
            of="jpki",
            purpose=Text("試験", "test"),
        )
    assert refused.value.fault.code == "jpki.unknown-person"


def phone_tap_on(world, waiting):
    page = world.browser.get(waiting).text
    shown = page.split('<strong class="pin">')[1][:2]
    address = next(
        word for word in page.replace('"', " ").replace("<", " ").split()
        if word.startswith(f"{world.origin}/phone/") and "/wait" not in word and "/qr" not in word
    )  # fmt: skip
    return world.tap_of(world.street.browser().get(address)), shown


def test_each_code_has_its_own_number_and_ends_those_before(world):
    waiting = f"{world.origin}{world.authorize(device='phone').headers['location']}"
    number = waiting.rsplit("/", 1)[-1]
    taps = []
    for _ in range(6):
        tap, shown = phone_tap_on(world, waiting)
        assert tap.check_number == shown
        taps.append(tap)
        world.browser.get(f"{world.origin}/tap/{number}/again", params={"on": "phone"})
        world.clock.advance(timedelta(seconds=1))
    assert len({tap.check_number for tap in taps}) > 1, "drawn anew"
    for tap in taps:
        chosen = {"reader": "phone", "holder": "phone-lock", "chosen_number": tap.check_number}
        assert world.bring(tap, world.evidence(tap), **chosen).json()["code"] == "identity.tap-answered"  # fmt: skip


@pytest.mark.parametrize(
    ("code", "told"),
    [("card.locked", "signin.card-locked"), ("card.expired", "signin.card-expired"),
     ("phone.locked", "signin.phone-locked"), ("phone.wrong-number", "identity.wrong-number"),
     ("phone.suspended", "identity.phone-suspended"), ("phone.ended", "identity.phone-ended")],
)  # fmt: skip
def test_the_other_screen_says_what_the_phone_has_said(world, code, told):
    waiting = f"{world.origin}{world.authorize(device='phone').headers['location']}"
    tap, _ = phone_tap_on(world, waiting)
    failed = world.bring(
        tap, {"request_id": tap.request_id}, reader="phone", failure={"code": code}
    )
    assert failed.status_code == 200
    page = world.browser.get(world.browser.get(waiting).headers["location"]).text
    assert f"<code>{told}</code>" in page
    assert "identity.tap-failed" not in page
    again, anew = page.index('/again"'), page.index("/again?on=phone")
    wrong_number = told == "identity.wrong-number"
    assert (anew < again) == (wrong_number or code.startswith("card.")), "first what may work"
