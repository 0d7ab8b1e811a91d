"""The common application's record: which card this is (共通カードAP, card §1)."""

from dataclasses import dataclass
from datetime import date

from kazasu.card import tlv


@dataclass(frozen=True, slots=True)
class CommonRecord:
    """Record 1 of file 01: 15-digit serial, 5-digit municipality, expiry."""

    card_id: str
    municipality: str
    expires_on: date

    def encode(self) -> bytes:
        """Simple-TLV ``01 1C`` + 28 characters."""
        text = f"{self.card_id}{self.municipality}{self.expires_on:%Y%m%d}".encode("ascii")
        return tlv.encode(0x01, text)


def decode(record: bytes) -> CommonRecord:
    """Raises ``ValueError``."""
    text = tlv.value_of(record, 0x01).decode("ascii")
    if len(text) != 28:
        raise ValueError("common record")
    on = text[20:]
    return CommonRecord(text[:15], text[15:20], date(int(on[:4]), int(on[4:6]), int(on[6:])))
