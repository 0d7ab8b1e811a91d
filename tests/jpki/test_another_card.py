"""Another card in the place of one that ends: the one before works until the new one is used, and one that has ended is no dead end."""

from datetime import date, datetime, timedelta

import pytest

from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.making import Certificates, blank, personalise
from kazasu.card.transports.virtual import ChipReader
from kazasu.contracts.jpki.own import CardOfStaff
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import IndividualNumber
from tests.jpki.test_renewal import Counter
from tests.jpki.test_service import HANAKO, OTHER, PERSON, asked, code_of

IN_TIME = datetime(2030, 1, 1, 0, 0, tzinfo=JST)
"""Three months before the fifth birthday."""


class Desk(Counter):
    def another(self, number):
        """A new card in hand, and its serial number."""
        made = blank(f"hanako-{number}", f"90000100000001{number}")
        order, issued = self.services.renewal.another_card(self.serial, made)
        image = personalise(
            made, attributes=order.attributes, individual_number=IndividualNumber.from_body("99123456789"),
            municipality_code="141003", expires_on=order.card_expires_on, security_code="1234",
            certificates=Certificates(
                issued.authentication, issued.signing,
                self.authorities.der("authentication"), self.authorities.der("signing"),
            ),
            issuer=self.authorities.card_issuer,
        )  # fmt: skip
        return CardClient(ChipReader(Card(image, lambda _: None)))

    def signs_with(self, card):
        before, self.card = self.card, card
        try:
            return self.signs()
        finally:
            self.card = before

    def until(self, person=PERSON, audience="jpki"):
        handle = seal_handle(self.institutions["jpki"], person, audience, self.clock)
        return self.services.own_cards.of_staff(CardOfStaff(handle=handle), asked("city:141003")).ends_on  # fmt: skip


@pytest.fixture
def desk(databases, clock):
    made = Desk(databases, clock)
    clock.set(IN_TIME)
    return made


def test_the_one_before_works_until_the_new_one_is_used(desk):
    new = desk.another(1)
    before = desk.signs()
    desk.clock.advance(timedelta(days=40))
    assert desk.signs().person_ref == before.person_ref, "the new one still lies at the counter"
    after = desk.signs_with(new)
    assert (after.person_ref, after.attributes) == (before.person_ref, HANAKO), (
        "the same person: a post stays"
    )
    assert code_of(desk.signs) == "jpki.revoked"
    assert desk.signs_with(new).person_ref == before.person_ref
    assert code_of(desk.another, 2) == "jpki.card-ended", "it has its successor"


def test_what_was_signed_before_counts_by_its_time_and_ends_nothing(desk):
    """A signature that is looked at for its time of signing is no use of the card now."""
    new = desk.another(1)
    signed = desk.clock.now()
    desk.clock.advance(timedelta(hours=1))

    def judged(card):
        real = desk.services.validation.validate_signature
        desk.services.validation.validate_signature = lambda inquiry, by: real(
            inquiry.model_copy(update={"at": signed}), by
        )
        try:
            return desk.signs_with(card)
        finally:
            del desk.services.validation.validate_signature

    assert judged(new)
    assert desk.signs(), "the one before goes on"


def test_made_once_more_the_first_one_never_counts(desk):
    lost, kept = desk.another(1), desk.another(2)
    assert code_of(desk.signs_with, lost) == "jpki.revoked"
    assert desk.signs()
    assert desk.signs_with(kept)


def test_not_before_its_time_and_not_for_a_lost_card(desk):
    desk.clock.set(IN_TIME - timedelta(seconds=1))
    assert code_of(desk.another, 1) == "jpki.too-early"
    desk.clock.set(IN_TIME)
    desk.services.life.suspend(desk.serial)
    assert code_of(desk.another, 1) == "jpki.on-hold"
    desk.services.life.release(desk.serial)
    desk.services.life.end_card(desk.serial, "cessation_of_operation")
    assert code_of(desk.another, 1) == "jpki.card-ended"
    desk.serial = "900000000000009"
    assert code_of(desk.another, 1) == "jpki.unknown-card"


@pytest.mark.parametrize(
    "day", [datetime(2030, 4, 2, tzinfo=JST), datetime(2035, 4, 2, tzinfo=JST)]
)
def test_one_that_has_ended_is_no_dead_end(desk, day):
    """Certificates after five years, the card after ten: the way back needs no desk."""
    desk.clock.set(day)
    assert code_of(desk.signs) == "jpki.expired"
    assert desk.signs_with(desk.another(1)).attributes == HANAKO


def test_of_data_that_changed_it_is_no_renewal(desk):
    desk.changed()
    assert code_of(desk.another, 1) == "jpki.revoked"


def test_a_card_that_never_signed_is_not_told_that_it_was_revoked(desk):
    """A child's: its certificate for signing in is good and in time."""
    made = blank("child", "900001000000077", signing=False)
    desk.services.issuing.issue(
        desk.order(
            card_id=made.serial, authentication_key=made.authentication_key, signing_key=None
        )
    )
    desk.serial = made.serial
    assert code_of(desk.another, 1) == "jpki.no-signing-certificate"


def test_a_desk_is_told_one_day_and_a_new_card_counts(desk):
    assert desk.until() == date(2030, 4, 1)
    assert desk.until(OTHER) is None
    assert code_of(desk.until, PERSON, "city:141003") == "exchange.bad-handle"
    new = desk.another(1)
    assert desk.until() > date(2034, 1, 1)
    desk.signs_with(new)
    assert desk.until() > date(2034, 1, 1)
