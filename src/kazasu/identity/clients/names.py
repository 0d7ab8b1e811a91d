"""Names and colours that a party may not take: an institution's, a public body's, and a reviewed party's name, or what looks like them.

Whoever reads a name at the tap goes by its look (UTS #39, :mod:`kazasu.foundation.values.typed.lookalikes`). A name that is nobody's here can
still be somebody's: that is for the operator's review, and until then the tap says that nobody has looked.
"""

import re
import unicodedata
from functools import cached_property
from typing import Final

from kazasu.exchange.directory import Directory
from kazasu.exchange.street import street
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places.postcodes import municipalities
from kazasu.foundation.values.typed.lookalikes import alike
from kazasu.foundation.web.drawings.colours import difference
from kazasu.identity.clients import store
from kazasu.identity.clients.model import Client
from kazasu.identity.faults import NAME_TAKEN
from kazasu.identity.oauth import registration as wrong
from kazasu.identity.oauth.model import OAuthError

LEAST_DIFFERENCE: Final = 15.0
"""Between a party's colour and an institution's (CIE 1976 ΔE*ab): two bands that are not seen side by side are taken for one below it."""

PUBLIC_BODIES: Final = (
    "デジタル庁", "Digital Agency", "総務省", "国税庁", "National Tax Agency", "法務省", "厚生労働省", "出入国在留管理庁", "警察庁",
    "日本年金機構", "Japan Pension Service", "地方公共団体情報システム機構", "J-LIS", "マイナポータル", "Mynaportal", "マイナンバーカード",
    "My Number Card", "公的個人認証サービス", "JPKI", "デジタル認証アプリ", "Digital Authentication App", "住民基本台帳ネットワーク", "Juki Net",
)  # fmt: skip
"""National bodies and services that are in no directory of a country of ours, and that people know by name."""
_OFFICE: Final = re.compile(
    r"[^官公]庁$|省$|[市区]役所$|[町村]役場$|[市区町村]\s?(の|カード)?窓口$|^(city|town|village|ward|ministry|prefecture) of "
    r"| (city|ward|prefecture)$|\b(city hall|ward office|town hall|village office)$",
    re.IGNORECASE,
)
"""How a public body's name ends or begins (国家行政組織法 3条; 地方自治法 155条, 252条の20)."""
_REMARK: Final = re.compile(r"[（(][^（）()]*[）)]")
"""What an institution adds to its name, as （体験）."""


def is_public_body(name: str) -> bool:
    """A ministry, an agency, an office, or one of the municipalities of Japan by its whole name."""
    plain = _REMARK.sub("", unicodedata.normalize("NFKC", name)).strip()
    return bool(_OFFICE.search(plain)) or plain in municipalities()


class Names:
    """Whose names are taken."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    @cached_property
    def _institutions(self) -> frozenset[str]:
        named = [name for one in self._directory for name in one.name]
        plain = [_REMARK.sub("", name).strip() for name in named]
        return alike(*named, *plain, *PUBLIC_BODIES)

    def check_registration(self, tx: Transaction, client: Client) -> None:
        """Raises OAuthError ``invalid_client_metadata`` with the member that looks like somebody else."""
        taken = self._taken(tx, client)
        for member, name in (("client_name", client.name_en), ("client_name_ja", client.name_ja)):
            if alike(name, _REMARK.sub("", name)) & taken or is_public_body(name):
                raise OAuthError(wrong.NAME_TAKEN, name=member)

    def check_review(self, tx: Transaction, client: Client) -> None:
        """The same again as a party is to leave test mode: another may have been reviewed meanwhile. Raises Refusal ``identity.name-taken``."""
        tx.execute("SELECT pg_advisory_xact_lock(hashtext('names of reviewed parties'))")
        public = any(is_public_body(one) for one in client.name)
        if public or alike(*client.name) & self._taken(tx, client):
            raise Refusal(NAME_TAKEN)

    def _taken(self, tx: Transaction, client: Client) -> frozenset[str]:
        own = {client.client_id, client.stands_for}
        reviewed = (one for one in store.reviewed_names(tx) if one.client_id not in own)
        return self._institutions.union(*(alike(one.name_ja, one.name_en) for one in reviewed))


def check_colour(colour: str) -> None:
    """Raises OAuthError ``invalid_client_metadata``: an institution's, or so near to it that nobody tells them apart."""
    if any(difference(colour, one.colour) < LEAST_DIFFERENCE for one in street()):
        raise OAuthError(wrong.COLOUR_TAKEN)
