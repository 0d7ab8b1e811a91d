"""Who will live abroad, or does: what their first page says of it, and of their card. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.portal.home import Waiting
from kazasu.portal.household.moved import OwnRecord

NEAR: Final = timedelta(days=14)
"""From so many days before it the day is pressing."""
_CARD: Final = {
    "ends": Text(
        "マイナンバーカードと電子証明書も、この日に使えなくなります",
        "Your My Number Card and its certificates end with it",
        "カードと 電子証明書も、この日から 使えません",
    ),
    "goes-on": Text(
        "カードは国外でも使えますが、署名用の電子証明書はこの日に失効します",
        "Your card goes on abroad, but its certificate for signing ends with it",
        "カードは 外国でも 使えます。署名の 電子証明書は、この日から 使えません",
    ),
}
_CLOSED: Final = Text(
    "住民票は、この日に閉じられます",
    "Your record is closed on this day",
    "この日に、日本の 住所が なくなります",
)
_HOW_BACK: Final = Text(
    "行かないことになったら、前の日までに{city}の窓口で取り消してください",
    "If you do not go after all, have it cancelled at the counter of {city} by the day before",
    "行かないことに なったら、前の 日までに {city}の 窓口で 言ってください",
)
_GONE: Final = Text(
    "国外へ移りました。いま、日本のどの市区町村にも登録されていません",
    "You moved abroad, and no city in Japan has you registered now",
    "外国へ 引っ越しました。今、日本に 住所が ありません",
)
_HOW_TO_RETURN: Final = Text(
    "日本に戻って住み始めたら、14日以内に、その市区町村の窓口で転入の届出をしてください。旅券、戸籍謄本と戸籍の附票の写しを持っていきます。ポータルでは届け出られません",
    "Once you live in Japan again, give notice within 14 days at the counter of that city, with your passport and copies of your family register and its supplement. It cannot be done at the portal",
    "日本に もどって 住みはじめたら、14日までに、その 役所の 窓口へ 行ってください。パスポートと、戸籍謄本と、戸籍の 附票の 写しを 持っていきます",
)
_ENDS: Final = Text(
    "国外へ移る{on}に、使えなくなります",
    "It ends when you move abroad, on {on}",
    "外国へ 行く {on}から 使えません",
)
_FROM_ABROAD: Final = Text(
    "国外にいる間は、在外公館か、本籍地や一時帰国先の市区町村の窓口で手続きします（日本国籍の人）。日本に戻ったときは、転入の届出といっしょに窓口でできます",
    "While you live abroad: at an embassy or consulate, or at the counter of the city of your family register or of where you stay in Japan (Japanese nationals). When you return: at the counter, with the notice of moving in",
    "外国では、日本の 大使館か 領事館で できます。日本の 国籍の 人だけです。日本に もどったら、役所の 窓口で できます",
)


@dataclass(frozen=True, slots=True)
class Leave:
    """What a move abroad does to one's card and its certificates (番号法施行令 14条; 公的個人認証法 12条; since 27 May 2024 a card that was made one for
    abroad goes on)."""

    on: date | None = None
    """The day to come."""
    goes_on: bool = False
    gone: date | None = None
    """The day that is past."""

    def ends(self, kind: str, expires_on: date) -> date | None:
        """The day on which a certificate of this kind ends by it, before its time; ``kind`` ``card``: the card itself."""
        if self.on is None or expires_on < self.on or (self.goes_on and kind != "signing"):
            return None
        return self.on

    def words(self) -> Text:
        """Beside what ends."""
        return _on(_ENDS, self.on) if self.on else _FROM_ABROAD


STAYS: Final = Leave()


def leave_of(record: OwnRecord) -> Leave:
    """As the city or the network has it now."""
    if record.gone_since is not None:
        return Leave(gone=record.gone_since)
    plan = record.abroad
    return Leave(plan.on, plan.card == "goes-on") if plan else STAYS


def abroad(record: OwnRecord, city: Text, today: date) -> list[Waiting]:
    """On the first page: before the day what it ends and how it is taken back; after it how one returns."""
    if record.gone_since is not None:
        return [Waiting("later", _GONE, _HOW_TO_RETURN, "/#cards", record.gone_since)]
    plan = record.abroad
    if plan is None:
        return []
    back = Text(
        _HOW_BACK.ja.format(city=city.ja), _HOW_BACK.en.format(city=city.en),
        _HOW_BACK.easy.format(city=city.easy or city.ja),
    )  # fmt: skip
    parts = [_CLOSED, *([_CARD[plan.card]] if plan.card in _CARD else []), back]
    note = Text(
        "。".join(one.ja for one in parts), ". ".join(one.en for one in parts),
        "。".join(one.easy for one in parts),
    )  # fmt: skip
    title = Text(
        f"国外（{plan.to}）へ移る日",
        f"You move abroad, to {plan.to_en or plan.to}",
        f"外国（{plan.to}）へ 引っ越す 日",
    )
    return [Waiting("now" if plan.on - today <= NEAR else "later", title, note, "/#cards", plan.on)]


def _on(text: Text, on: date) -> Text:
    ja = long_date(on)
    return Text(
        text.ja.format(on=ja), text.en.format(on=long_date(on, "en")), text.easy.format(on=ja)
    )
