"""What J-LIS is told of people, and tells them: changes in the register, protection, who looked."""

from typing import Literal

from kazasu.contracts.base import Instant, Letter, Line, Revision
from kazasu.foundation.values.numbers import ResidentRecordCode


class PersonChanged(Letter, kind="jpki/person-changed/1", senders=("jukinet",)):
    """From the Basic Resident Register Network: name, address, birth date or sex changed, or the record was closed by a departure,
    death or emigration; the signing certificate lapses (公的個人認証法 12条1項1号・2号, 15条1項2号)."""

    resident_record_code: ResidentRecordCode
    what: Literal["address", "name", "birth-date", "sex", "death", "emigration", "departure"]
    municipality_code: Line
    """Where the person is registered now; after a departure, death or emigration, where they were."""
    at: Instant
    epoch: Revision | None = None
    """The person's register epoch after the change: of two letters the higher one tells what is. Older letters have none."""
    card_goes_on: bool = False
    """Of who moved abroad: the card and its certificate for signing in go on (国外継続利用)."""
    card_ends: bool = False
    """Of a departure: the record was closed and not by their notice, so card and certificate for signing in end as well (番号法施行令 14条4号;
    公的個人認証法 31条1項1号, 34条1項2号)."""


class ProtectionChanged(
    Letter, kind="jpki/protection-changed/1", senders=("city",), named_in="municipality_code"
):
    """From a city: a resident is, or is no longer, under 支援措置 (住民基本台帳事務処理要領 第5-10).

    Sent before the change of address that it goes with. The word of the city of residence counts, as the network tells it;
    a beginning that comes before the network's word is kept for it, an end of any other city is refused. The channel is simulated.
    """

    resident_record_code: ResidentRecordCode
    protected: bool
    municipality_code: Line
    at: Instant
