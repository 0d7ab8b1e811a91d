"""Each document that a person signs reads in one language at a time: no value says a thing twice, one language behind the other."""

import json
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kazasu.business.bank import model as bank
from kazasu.contracts.jpki.latest import ConsentTerms
from kazasu.foundation.text import Text
from kazasu.identity.latest.document import consent_document
from kazasu.identity.service import document
from tests.portal.test_signed import document as move_document

AT, NUMBER = datetime(2026, 11, 23, tzinfo=UTC), UUID(int=1)
TERMS = ConsentTerms(
    request_id=NUMBER,
    party="RP1",
    items=("name", "address"),
    purpose="contract-screening",
    until=AT,
)
PURPOSE, OCCUPATION = next(iter(bank.PURPOSES)), next(iter(bank.OCCUPATIONS))
DOCUMENTS = {
    "move": json.dumps(move_document()).encode(),
    "application": bank.application_document("AP-1", PURPOSE, OCCUPATION, date(2026, 11, 23)),
    "transfer": bank.transfer_document(NUMBER, "サトウ", "1234567", 12_000, AT),
    "withdrawal": bank.withdrawal_document(NUMBER, 12_000, AT),
    "consent": consent_document(TERMS, Text("ひなた銀行", "Hinata Bank")),
}


@pytest.mark.parametrize("content", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_signed_value_is_in_one_language_at_a_time(content):
    for line in document.read(content).lines:
        assert " / " not in line.value + line.value_en
        assert not re.search(r"\b(the|of|or|yen)\b", line.value), "English on a page in Japanese"
