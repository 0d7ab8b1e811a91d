"""Emergency looks at where a protected person lives: what this room declares of them (kazasu.kit.emergency).

The standard specification closes such a record to looking (照会の抑止), and lets it be released for a while, after which it is closed again by
itself (住民記録システム標準仕様書 3, 抑止設定). Who may, for which reasons, and that two decide, is simulated.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.emergency.service import Emergencies, Named, declare
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.model import REGISTER
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.service.records import told_of

ACTS: Final = declare("municipality", asks=REGISTER, agrees="decider", reviews="auditor")
REASONS: Final[Mapping[str, Text]] = {
    "life": Text("生命・身体に危険が迫っているとき", "life or body is in danger"),
    "rescue": Text("救急・消防・警察の出動", "an ambulance, the fire brigade or the police on their way"),
    "disaster": Text("災害での安否の確認", "finding people after a disaster"),
    "child": Text("児童・高齢者などの虐待への対応", "abuse of a child or an old person"),
    "other": Text("そのほかの緊急", "another emergency"),
}  # fmt: skip
"""個人情報保護法 69条2項 lets data be used beyond their purpose where it is plainly for the person; which of it is so urgent, is simulated."""


class ProtectedRecords:
    """Records that show where a protected person lives."""

    def told(self, tx: Transaction, about: str) -> Sequence[str]:
        return sorted(told_of(tx, about))

    def named(self, tx: Transaction, about: str) -> Named:
        versions = register_store.history(tx, about)
        if not versions:
            raise Refusal(UNKNOWN_RESIDENT)
        now = versions[0]
        return Named(now.name, now.kana, about, f"/desk/residents/{about}?emergency=1")


def emergencies_of(city: CityContext) -> Emergencies:
    return Emergencies(city.database, ACTS, REASONS, ProtectedRecords())
