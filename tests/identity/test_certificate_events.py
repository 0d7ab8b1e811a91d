"""Word from J-LIS about certificates: who is signed out, and which party is told what."""

import pytest

from kazasu.contracts.identity import CertificateEvent
from kazasu.contracts.jpki.people import PersonChanged
from tests.identity.conftest import PERSON
from tests.identity.party import BANK, SHOP, Party


@pytest.fixture
def party(world, databases, tmp_path):
    made = Party(world, databases, tmp_path)
    for client_id in (BANK, SHOP):  # both know the person
        made.know(client_id)
    return made


def told(party):
    """``(client, event)`` of everything that waits for the parties."""
    with party.admin() as connection:
        rows = connection.execute(
            "SELECT client_id, kind, event FROM identity.delivery ORDER BY client_id, event"
        ).fetchall()
    return [(client, event) for client, kind, event in rows if kind == "event"]


def happens(party, what):
    letter = PersonChanged(
        resident_record_code=PERSON, what=what, municipality_code="141003", at=party.clock.now()
    )
    party.world.later(minutes=1)
    party.world.jpki_hears(letter)
    party.world.street.settle()


def test_a_move_is_told_to_nobody_who_has_no_consent(party):
    happens(party, "address")
    assert told(party) == []


def test_a_move_signs_nobody_out(party):
    token = party.world.login(scope="openid name")["access_token"]
    happens(party, "address")
    assert party.world.userinfo(token).is_success


def test_a_death_is_told_to_the_consenting_party_alone_and_ends_sign_ins(party):
    token = party.world.login(scope="openid name")["access_token"]
    party.agreed(BANK)
    happens(party, "death")
    assert (BANK, "person-deceased") in told(party)
    assert (SHOP, "person-deceased") not in told(party)
    assert {event for client, event in told(party) if client == SHOP} == {"credential-revoked"}
    assert party.world.userinfo(token).status_code == 401


def test_a_lost_card_signs_out_and_a_hold_is_no_other_word_than_an_end(party):
    token = party.world.login(scope="openid name")["access_token"]
    party.world.jpki.life.suspend("000000000000001")
    party.world.street.settle()
    assert set(told(party)) == {(BANK, "credential-revoked"), (SHOP, "credential-revoked")}
    assert party.world.userinfo(token).status_code == 401


def test_found_again_is_told_as_a_new_credential(party):
    party.world.jpki.life.suspend("000000000000001")
    party.world.jpki.life.release("000000000000001")
    party.world.street.settle()
    assert (SHOP, "credential-reissued") in told(party)


def test_what_a_party_hears_names_no_certificate_and_no_person(party):
    party.agreed(BANK)
    happens(party, "death")
    with party.admin() as connection:
        rows = connection.execute("SELECT details FROM identity.delivery").fetchall()
    assert {key for (details,) in rows for key in details} <= {"consent_id"}


def test_the_letter_names_its_person_to_this_service_only(party):
    fields = set(CertificateEvent.model_fields)
    assert fields == {"person_ref", "event", "at", "signs_in", "consents"}
