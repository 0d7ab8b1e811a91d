"""Who has moved out, by whoever's notice, and is registered in no city yet: their first page says so. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kazasu.foundation.text import Text
from kazasu.portal.home import Waiting
from kazasu.portal.household.moved import OwnRecord
from kazasu.portal.move.sent import Move

_TITLE: Final = Text(
    "転出しました。いま、どの市区町村にも登録されていません",
    "You have moved out, and no city has you registered now",
    "前の 住所から 出ました。今、どこにも 住所が ありません",
)
_NOTE: Final = Text(
    "引っ越した日から14日以内に、新しい市区町村の窓口で転入の届出をしてください。14日を過ぎていても、できるだけ早く届け出てください。引っ越さなかったときは、前の市区町村の窓口で取り消せます",
    "Give notice at the counter of your new city within 14 days of moving; if they are over, as soon as you can. If you did not move, the counter of your old city can cancel it",
    "引っ越してから 14日までに、新しい 役所の 窓口へ 行ってください。引っ越さなかった ときは、前の 役所で 聞いてください",
)


_SETTLES: Final = timedelta(days=1)
"""How long a registration may take to be known everywhere: what its city told goes before what the network says meanwhile."""


def between_cities(record: OwnRecord, moves: Sequence[Move], now: datetime) -> list[Waiting]:
    """Not said twice: a move of one's own that is under way has its deadline on the page. Nor against what a city just told."""
    if not record.in_transit or any(not one.over and not one.off for one in moves):
        return []
    events = [one for move in moves for one in move.events if one.event == "registered"]
    if any(now - one.at < _SETTLES for one in events):
        return []
    return [Waiting("now", _TITLE, _NOTE, "/move")]
