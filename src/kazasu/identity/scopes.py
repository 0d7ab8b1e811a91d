"""What a relying party may ask for, and the words in which the person is told (OpenID Connect Core 5.4).

One scope for each attribute, as the public service has it; ``age_over_20``, ``latest_attributes`` and
``resident`` are simulated.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import age_all_day

ATTRIBUTES: Final = ("name", "address", "birthdate", "gender")
"""Scopes for the four attributes, one each."""
AGE: Final = "age_over_20"
"""Only whether: for alcohol and tobacco the birth date is more than needed (identity §3)."""
OFFLINE: Final = "offline_access"
LATEST: Final = "latest_attributes"
SCOPES: Final = ("openid", *ATTRIBUTES, AGE, "resident", "sign", OFFLINE)
"""Scopes of an authorization."""
EVENTS: Final = "events"
OWN_SCOPES: Final = ("sign", LATEST, EVENTS)
"""Scopes that a client asks for itself, with ``client_credentials``; its events are every party's."""
KNOWN: Final = frozenset({*SCOPES, *OWN_SCOPES})
"""Whatever else somebody writes into a ``scope`` is ignored (OpenID Connect Core 3.1.2.1), and the answer's ``scope`` tells."""
FOR_PRIVATE: Final = frozenset({*ATTRIBUTES, AGE, "sign", OFFLINE, LATEST})
"""What others than public institutions may be registered for."""
LEARNS: Final[Mapping[str, Text]] = {
    "openid": Text(
        "このサービス専用のあなたの番号（ほかのサービスには分かりません）", "An ID for you that only this service knows"
    ),
    "name": Text("氏名", "Name"),
    "address": Text("住所", "Address"),
    "birthdate": Text("生年月日", "Date of birth"),
    "gender": Text("性別", "Sex"),
    AGE: Text("20歳以上かどうか（生年月日は伝わりません）", "Whether you are 20 or older (not your birth date)"),
    "resident": Text(
        "住民の記録と結びつけるための情報（個人番号ではありません）",
        "What links you to your resident record (not your individual number)",
    ),
    "sign": Text(
        "署名した文書と、署名が本物であること",
        "The signed document, and that the signature is genuine",
    ),
    OFFLINE: Text(
        "あなたがやめるまで、サインインしたままにできること",
        "That it may keep you signed in until you end it",
    ),
}  # fmt: skip
"""What the relying party learns by each scope, in words for the person."""


def asks_attributes(scopes: Iterable[str]) -> bool:
    """Are the four attributes needed, be it only to tell the age?"""
    return any(scope in ATTRIBUTES or scope == AGE for scope in scopes)


def claims_of(scopes: Iterable[str], attributes: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Userinfo claims of the granted scopes (OpenID Connect Core 5.1).

    ``gender`` keeps the register's code (1 male, 2 female, 9 not applicable, 0 unknown).
    """
    born = date.fromisoformat(attributes["birth_date"])
    every = {
        "name": attributes["name"],
        "address": {"formatted": attributes["address"]},
        "birthdate": attributes["birth_date"],
        "gender": attributes["sex"],
        AGE: age_all_day(born, today) >= 20,
    }
    granted = set(scopes)
    return {name: value for name, value in every.items() if name in granted}
