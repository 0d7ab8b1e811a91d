"""Invented people of two households at one address."""

from datetime import UTC, date, datetime, timedelta

from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD
from tests.support.city import SINCE, code_of

OWN, THERE = "0000000019", "0000000027"
TODAY = date(2026, 11, 24)


def person(number, household, *, relationship=HEAD, sex="男", age=40, state="resident"):
    born = TODAY - timedelta(days=age * 366)
    return Resident(
        resident_id=str(number), version=1, household_number=household, record_code=code_of(number),
        individual_number=IndividualNumber.from_body(f"99{number:09d}"), name=f"試験　{number}", kana="シケン　ハジメ",
        former_surname="", alias="", name_roman="", birth_date=born, birth_text=wareki(born), sex=sex,
        relationship=relationship, is_head=relationship == HEAD, postcode="", prefecture="神奈川県", city="横浜市中区",
        town="本町", block="１番地", building="", resident_since=SINCE, lives_here_since=SINCE, former_address="",
        registered_domicile="", domicile_head="", nationality="", residence_status="", residence_until=None,
        residence_card_number="", national_health_insurance=False, late_elderly_insurance=False, care_insurance=False,
        pension_kind="", child_allowance=False, has_card=True, protected=False, state=state, reason="改製",
        changed_on=SINCE, notified_on=None, planned_to="", planned_on=None, confirmed_to="", confirmed_on=None,
        case_id="", processed_at=datetime(2020, 1, 1, tzinfo=UTC), processed_by="clerk-1",
    )  # fmt: skip
