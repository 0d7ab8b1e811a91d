"""The consent document: written by this service alone, so that every party's says the same in the same words.

Separate and dedicated, as J-LIS demands (identity §3): signing it is a tap of its own, with the signing key.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from kazasu.contracts.jpki.latest import (
    AttributeItem,
    AttributePurpose,
    ConsentTerms,
    StandingConsent,
)
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date

FORM: Final = "attribute-consent"
"""Begins the ``data.form`` of such documents; a party may deposit none."""
TITLE: Final = Text(
    "最新の住所などの提供への同意", "Consent: passing on your latest address and so on"
)
ITEMS: Final[Mapping[AttributeItem, Text]] = {
    "name": Text("氏名", "Name"),
    "address": Text("住所", "Address"),
    "birthdate": Text("生年月日", "Date of birth"),
    "gender": Text("性別", "Sex"),
}
PURPOSES: Final[Mapping[AttributePurpose, Text]] = {
    "keep-customer-data": Text(
        "登録した情報を最新に保つため", "To keep the data you registered up to date"
    ),
    "contract-screening": Text("契約の審査のため", "To examine a contract"),
    "legal-duty": Text("法律で決められた確認のため", "To check what the law demands"),
}
_WHO: Final = Text("提供を受ける事業者", "Who will be told")
_WHAT: Final = Text("提供する項目", "What")
_WHY: Final = Text("使い道", "What for")
_UNTIL: Final = Text("いつまで", "Until")
_HOW: Final = Text("どのように", "How")
_HOW_TEXT: Final = Text(
    "変わったときに、この事業者が新しい情報を受け取れます。受け取りは、すべて記録されます",
    "When something changes, they can get the new data. Each time is recorded for you to see",
)
_STOP: Final = Text("やめるとき", "To stop")
_STOP_TEXT: Final = Text(
    "いつでもやめられます。同意しなくても、やめても、不利に扱われません",
    "You can stop at any time. Not agreeing, or stopping, must not cost you anything",
)


def consent_document(terms: ConsentTerms, party: Text) -> bytes:
    """The bytes to be signed: words for the person, the same terms for machines."""
    items = [ITEMS[item] for item in terms.items]
    day = civil(terms.until)
    lines = (
        (_WHO, party),
        (_WHAT, Text("・".join(i.ja for i in items), ", ".join(i.en for i in items))),
        (_WHY, PURPOSES[terms.purpose]),
        (_UNTIL, Text(long_date(day), long_date(day, "en"))),
        (_HOW, _HOW_TEXT),
        (_STOP, _STOP_TEXT),
    )
    content = {
        "title": {"ja": TITLE.ja, "en": TITLE.en},
        "lines": [
            {"label_ja": label.ja, "label_en": label.en, "value": value.ja, "value_en": value.en}
            for label, value in lines
        ],
        "data": terms.model_dump(mode="json"),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def claims_to_be_consent(data: Mapping[str, Any]) -> bool:
    return str(data.get("form", "")).strip().lower().startswith(FORM)


def terms_in(data: Mapping[str, Any]) -> ConsentTerms | None:
    """The terms, if it is a consent document of ours; None: any other document."""
    if not claims_to_be_consent(data):
        return None
    try:
        return ConsentTerms.model_validate_json(json.dumps(data))
    except ValidationError:
        return None


def replaces(newer: StandingConsent, before: StandingConsent) -> bool:
    """Did this one take the other's place? J-LIS ends one as it takes the next for the same party, items and purpose."""
    same = (newer.party, newer.purpose, set(newer.items)) == (
        before.party,
        before.purpose,
        set(before.items),
    )
    return same and newer.consent_id != before.consent_id and newer.given_at == before.ended_at
