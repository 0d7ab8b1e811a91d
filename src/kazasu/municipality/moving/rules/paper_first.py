"""The card alone is not enough for this move, or was not by its appointment: what the old city's page says, one text for each state of the case.

The card's way ends fourteen days after the day on which they moved (住民基本台帳法 24条の2), which is the notice's day as far as this city knows.
"""

from dataclasses import dataclass
from datetime import date

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.kit import periods
from kazasu.municipality.moving.model import MovingOut


@dataclass(frozen=True, slots=True)
class PaperFirst:
    title: Text
    body: Text


def said(case: MovingOut, notice: MoveNotice, today: date) -> PaperFirst | None:
    """None: the card alone is enough, or a paper was asked for at the counter and they never meant to come by it."""
    until = periods.moving_in_until(notice.move_date)
    comes = None if case.taken else notice.visit_date
    if notice.kind != "between-cities" or case.for_paper or max(today, comes or today) <= until:
        return None
    if today <= until and comes is not None:
        return PaperFirst(BY_THE_DAY, _before(until, comes, decided=case.decided_at is not None))
    return PaperFirst(NO_MORE, _past(case, until, comes, today))


BY_THE_DAY = Text(
    "予約の日には、紙の転出証明書が必要です", "They need a paper certificate for their appointment"
)
NO_MORE = Text("カードだけでは、もう届け出られません", "The card alone is not enough any more")


def _before(until: date, comes: date, *, decided: bool) -> Text:
    ja = f"カードだけで新しい市区町村に届け出られるのは{long_date(until)}までで、予約は{long_date(comes)}です。"
    en = f"The card alone is enough in the new city until {long_date(until, 'en')}; the appointment is on {long_date(comes, 'en')}. "
    if decided:
        return Text(
            f"{ja}紙の転出証明書は、下の「受理したあと」で交付します。予約の日までに取りに来るよう、ポータルで本人に案内しています。",
            f"{en}The paper is issued below, after acceptance. The portal tells them to fetch it before that day.",
        )
    return Text(
        f"{ja}受理したあと、この画面で紙の転出証明書を交付できます。予約の日までに取りに来るよう、ポータルで本人に案内しています。",
        f"{en}Once the notice is accepted, the paper is issued on this page. The portal tells them to fetch it before that day.",
    )


def _past(case: MovingOut, until: date, comes: date | None, today: date) -> Text:
    ja = f"届出のとおりに引っ越していれば、カードだけで届け出られるのは{long_date(until)}まででした。"
    en = f"If they moved on the day of the notice, the card alone was enough until {long_date(until, 'en')}. "
    if comes is not None:
        ja += f"予約は{long_date(comes)}{'でした' if comes < today else 'です'}。"
        en += f"The appointment {'was' if comes < today else 'is'} on {long_date(comes, 'en')}. "
    if case.decided_at is None:
        ja += "受理したあと、この画面で紙の転出証明書を交付できます。"
        en += "Once the notice is accepted, the paper certificate is issued on this page. "
    else:
        ja += "まだ転入していない人には、下の「受理したあと」で紙の転出証明書を交付できます。"
        en += "Who has not arrived can have the paper certificate, below, after acceptance. "
    if case.taken:
        return Text(
            f"{ja}窓口で受け付けた届出なので、ポータルには出ません。本人に直接伝えてください。",
            f"{en}It was taken at the counter and is not on the portal: tell them yourself.",
        )
    return Text(ja, en.strip())
