"""The document that a resident signs: what is shown is what is signed and sent."""

import json
from collections.abc import Mapping
from datetime import time
from typing import Final

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date, long_time
from kazasu.foundation.values.romaji import with_reading
from kazasu.portal.move.answers import HEAD_OF_THE_JOINED, Answers, Member

WHOLE: Final = Text("世帯全部", "The whole household")
PART: Final = Text("世帯の一部", "Part of the household")
JOINS: Final = Text("いまある世帯に加わる", "Joins one that is there")
OWN: Final = Text("新しい世帯をつくる", "A household of their own")
NOTHING: Final = Text("なし", "None")


def document_of(notice: MoveNotice, answers: Answers, cities: Mapping[str, Text]) -> bytes:
    """The exact bytes to be signed: words to read, then the data. Canonical JSON.

    Every value of the data has its line, in each language in its own words: nobody signs what they were not shown. Codes of offices and
    cities are in the data alone; a person reads what they stand for.

    Args:
        cities: names by municipality code; a code without one stands alone.
    """
    within = notice.kind == "within-city"
    title = Text("転居の予約", "Reservation for a change of address") if within else Text(
        "転出届・転入予約", "Notice of moving out, and reservation for moving in")  # fmt: skip
    new, joins = notice.new_address, notice.joins_existing_household
    moves, visits = notice.move_date, notice.visit_date
    starts = time.fromisoformat(notice.visit_starts)
    office = Text(
        answers.office_ja or notice.visit_office,
        answers.office_en or answers.office_ja or notice.visit_office,
    )
    old_city, new_city = (
        _called(str(code), cities.get(str(code)))
        for code in (notice.origin_municipality, notice.destination_municipality)
    )
    lines = [
        (Text("受付番号", "Case"), _same(notice.case_id)),
        (Text("引っ越す人", "Who moves"), _named(answers.movers)),
        (Text("世帯全部・一部", "Whole or part"), WHOLE if notice.scope == "whole-household" else PART),
        (Text("これまでの住所", "From"), _same(answers.old_address)),
        (Text("新しい住所", "To"), _same(f"〒{new.postcode} {new.line}" if new.postcode else new.line)),
        (Text("新しい住所の世帯", "Household there"), JOINS if joins else OWN),
        (Text("新しい住所での世帯主", "Head of the household"), HEAD_OF_THE_JOINED if joins else _head(notice.new_head, answers)),
        (Text("引っ越す日", "Moving day"), Text(long_date(moves), long_date(moves, "en"))),
        (Text("窓口へ行く日", "Appointment"),
         Text(f"{long_date(visits)} {long_time(starts)}", f"{long_date(visits, 'en')}, {long_time(starts, 'en')}")),
        (Text("窓口", "Counter"), _called(notice.visit_office, office)),
        (Text("電話番号", "Telephone"), _same(notice.contact.phone)),
        (Text("メールアドレス", "E-mail"), _same(notice.contact.email)),
        (Text("これまでの市区町村", "Old city"), old_city),
        (Text("新しい市区町村", "New city"), new_city),
    ]  # fmt: skip
    document = {
        "title": {"ja": title.ja, "en": title.en},
        "lines": [
            {"label_ja": label.ja, "label_en": label.en, "value": value.ja}
            | ({"value_en": value.en} if value.en != value.ja else {})
            for label, value in lines
        ],
        "audiences": sorted(audiences_of(notice)),
        "data": notice.model_dump(mode="json"),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def audiences_of(notice: MoveNotice) -> set[str]:
    """Who verifies the signature and is sent the certificate for that: both cities."""
    return {f"city:{notice.origin_municipality}", f"city:{notice.destination_municipality}"}


def _same(value: str) -> Text:
    """In both languages; what was left open is said to be."""
    return Text(value, value) if value else NOTHING


def _named(movers: list[Member]) -> Text:
    names = [with_reading(one.name, one.kana) for one in movers]
    return Text("、".join(one.name for one in movers), ", ".join(names))


def _head(name: str, answers: Answers) -> Text:
    kana = next((one.kana for one in answers.movers if one.name == name), "")
    return Text(name, with_reading(name, kana))


def _called(code: str, name: Text | None) -> Text:
    """What a code of the data stands for; the code alone where nobody knows."""
    return name or Text(code, code)
