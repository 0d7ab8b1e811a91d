"""One's own cards and phones on the first page: what J-LIS told, how old it is, and what it means to their holder."""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from kazasu.contracts.jpki.own import CardOfOwn, CardsOfOwn, CertificateOfOwn, OwnCards
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.side_by_side import side_by_side
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.kit.openid import STALE
from kazasu.portal.home import Waiting
from kazasu.portal.household.abroad import STAYS, Leave

KEEPER: Final = "jpki"
WHY: Final = Text("自分のカードの期限の確認", "Looking at the dates of one's own cards")
FRESH: Final = timedelta(minutes=10)
"""How long an answer is shown without asking again."""
AGAIN: Final = timedelta(minutes=1)
"""After which one that was not to be had is asked for again: the first page does not wait each time."""
DEADLINE: Final = 2.0
"""Seconds that the first page waits for it."""
SOON: Final = timedelta(days=92)
"""Three months before its end a card is applied for anew."""
_KEPT: Final = "cards"
Missing = Literal["", "silent", "signed-in-too-long"]
Signing = Literal["can", "cannot-now", "never"]
"""``never``: no card or phone of theirs ever had a certificate to sign with, as a child's has none."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known now. ``cards`` None: nothing yet; ``missing``: why there is nothing newer."""

    cards: tuple[CardOfOwn, ...] | None
    as_of: datetime | None
    tried_at: datetime | None
    missing: Missing = ""

    def due(self, now: datetime, news: datetime | None) -> bool:
        """Whether to ask again; ``news``: when a city last did something, which may have changed a certificate."""
        if self.tried_at is None or now < self.tried_at or (news and news > self.tried_at):
            return True
        return now - self.tried_at >= (AGAIN if self.missing else FRESH)


class CardsShown:
    """Asks J-LIS for whoever is signed in. The answer lies in their session and ends with it."""

    def __init__(self, inquirer: Inquirer) -> None:
        self._inquirer = inquirer

    def known(
        self,
        kept: MutableMapping[str, Any],
        handle_for: Callable[[str], str],
        now: datetime,
        news: datetime | None,
    ) -> Known:
        """What is known, asked for where that is due; ``kept``: the data of the session."""
        before = _from(kept.get(_KEPT))
        if not before.due(now, news):
            return before
        found = self._asked(handle_for, before, now)
        kept[_KEPT] = _to(found)
        return found

    def signing(
        self, kept: MutableMapping[str, Any], handle_for: Callable[[str], str], now: datetime
    ) -> Signing:
        """Whether they can sign, before they write what has to be signed. A no is asked for once more: a counter may just have
        given them a certificate."""
        if signing(self.known(kept, handle_for, now, None).cards) != "can":
            self.forget(kept)
        return signing(self.known(kept, handle_for, now, None).cards)

    @staticmethod
    def forget(kept: MutableMapping[str, Any]) -> None:
        """The next page asks again; what is known is shown until then."""
        before = _from(kept.get(_KEPT))
        kept[_KEPT] = _to(Known(before.cards, before.as_of, None))

    def _asked(self, handle_for: Callable[[str], str], before: Known, now: datetime) -> Known:
        def ask(institution: str) -> CardsOfOwn | None:
            try:
                inquiry = OwnCards(handle=handle_for(institution))
            except Refusal as refusal:
                if refusal.fault is STALE:
                    return None
                raise
            return self._inquirer.ask(inquiry, of=institution, purpose=WHY)

        found, silent = side_by_side(ask, [KEEPER], deadline=DEADLINE)
        if silent:
            return Known(before.cards, before.as_of, now, "silent")
        if found[0] is None:
            return Known(before.cards, before.as_of, now, "signed-in-too-long")
        return Known(found[0].cards, now, now)


def _from(kept: Any) -> Known:
    if not kept:
        return Known(None, None, None)
    cards = kept["cards"]
    return Known(
        None if cards is None else CardsOfOwn.model_validate({"cards": cards}).cards,
        _instant(kept["as_of"]), _instant(kept["tried_at"]), kept["missing"],
    )  # fmt: skip


def _to(known: Known) -> dict[str, Any]:
    cards = known.cards
    return {
        "cards": None if cards is None else [one.model_dump(mode="json") for one in cards],
        "as_of": known.as_of.isoformat() if known.as_of else "",
        "tried_at": known.tried_at.isoformat() if known.tried_at else "",
        "missing": known.missing,
    }


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def signing(cards: Sequence[CardOfOwn] | None) -> Signing:
    """Whether the person can sign; where nothing is known nobody is held up, and the tap decides."""
    if not cards:
        return "can"
    found = [one.standing for card in cards for one in card.certificates if one.kind == "signing"]
    if "good" in found:
        return "can"
    return "cannot-now" if found else "never"


# ---------------------------------------------------------------- in words


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate, in words. ``mark``: of the chip beside it (good, warn, bad)."""

    what: Text
    state: Text
    mark: Literal["good", "warn", "bad"]
    until: Text
    do: Text | None = None


CERTIFICATES: Final = {
    "authentication": Text("サインイン用の電子証明書", "Certificate for signing in"),
    "signing": Text("署名用の電子証明書", "Certificate for signing"),
}
PLATFORMS: Final = {"android": "Android", "iphone": "iPhone"}
_USABLE: Final = Text("使えます", "Works")
_SOON: Final = Text("まもなく期限です", "Ends soon")
_OVER: Final = Text("使えません", "Does not work")
_HELD: Final = Text("一時停止中", "Suspended")
_RENEW: Final = Text(
    "市区町村の窓口で更新できます（無料）。カードと暗証番号を使います",
    "Have it renewed at the counter of your city (no fee), with your card and its PIN",
    "役所の窓口で 新しく できます（お金は いりません）。カードと 暗証番号を 使います",
)
_NEW_AT_THE_CITY: Final = Text(
    "市区町村の窓口で、新しい電子証明書を受けられます（無料）",
    "Get a new certificate at the counter of your city (no fee)",
    "役所の窓口で 新しい 電子証明書を もらえます（お金は いりません）",
)
_AFTER_A_CHANGE: Final = Text(
    "市区町村の窓口でカードを書きかえると、新しい電子証明書を受けられます（無料）。転出したときは、新しい市区町村で転入の届出をしてからです。引っ越しをやめたときは、元の市区町村の窓口です",
    "Get a new certificate when the counter of your city updates the card (no fee): if you moved out, at the new city with your notice of moving in; if you gave up the move, at the city where you stayed",
    "役所の窓口で カードを 書きかえてください。新しい 電子証明書を もらえます（お金は いりません）。引っ越しの ときは、新しい 役所です。引っ越しを やめた ときは、前の 役所です",
)
_NEW_CARD: Final = Text(
    "カードの期限と同じ日です。新しいカードを申請してください",
    "It ends with the card: apply for a new card",
    "カードも 同じ日までです。新しい カードを 申しこんでください",
)
_PHONE_ANEW: Final = Text(
    "カードの電子証明書を新しくしてから、スマートフォンで申し込み直してください",
    "Have the card’s certificate renewed first, then apply again on your phone",
    "先に カードの 電子証明書を 新しくしてください。そのあと、スマートフォンで もう一度 申しこんでください",
)
_HELD_CARD: Final = Text(
    "カードが見つかったら、市区町村の窓口で一時停止を解除できます",
    "If you found the card, have the suspension lifted at the counter of your city",
    "カードが 見つかったら、役所の窓口で また 使えるように できます",
)
_HELD_PHONE: Final = Text(
    "スマートフォンが見つかったら、スマートフォンの画面で、カードをかざして解除できます",
    "If you found the phone, lift the suspension on its page by holding your card",
    "スマートフォンが 見つかったら、スマートフォンの画面で カードを かざしてください",
)


_HELD_ON_PHONE: Final = {
    "card": Text(
        "カードが一時停止中なので、スマートフォンも止まっています。カードの一時停止を市区町村の窓口で解除すると、また使えます",
        "It is suspended with your card: once the card’s suspension is lifted at the counter of your city, it works again",
        "カードが 止まっているので、スマートフォンも 止まっています。役所の窓口で カードを もどすと、また 使えます",
    ),
    "both": Text(
        "カードもスマートフォンも止めています。まずカードの一時停止を市区町村の窓口で、そのあと、見つかったスマートフォンの画面で、カードをかざして解除します",
        "Both are suspended, card and phone. Have the card’s suspension lifted at the counter of your city first; then, if you found the phone, lift its own on its page by holding your card",
        "カードも スマートフォンも 止まっています。先に 役所の窓口で カードを もどしてください。そのあと、スマートフォンの画面で カードを かざしてください",
    ),
}
"""By what was said to be lost. A phone's own suspension is never lifted with the card's."""


_CARD_ENDED: Final = Text(
    "カードが使えなくなっています（失効）。市区町村の窓口で、新しいカードを申請（再交付）してください。電子証明書だけを新しくすることはできません",
    "The whole card has ended: apply for a new card at the counter of your city. A new certificate alone cannot be had",
    "カードは もう 使えません。役所の 窓口で、新しい カードを 申しこんでください",
)


def ended(card: CardOfOwn) -> bool:
    """Whether the card itself is over: its certificate for signing in, which outlives every change of data, was revoked and no other
    came (as J-LIS judges it)."""
    return card.media == "card" and any(
        one.kind == "authentication" and one.standing == "stopped" for one in card.certificates
    )


def line(card: CardOfOwn, one: CertificateOfOwn, today: date, leave: Leave = STAYS) -> Line:
    """A certificate of this card or phone, as its holder reads it; ``leave``: whether they go or live abroad."""
    what, phone = CERTIFICATES[one.kind], card.media == "phone"
    if one.standing == "good" and (day := leave.ends(one.kind, one.expires_on)) is not None:
        return Line(what, _SOON, "warn", _dated(day, "{on}まで", "until {on}"), leave.words())
    if one.standing == "good":
        until = _dated(one.expires_on, "{on}まで", "until {on}")
        if today < one.renewable_from:
            return Line(what, _USABLE, "good", until)
        with_card = not phone and one.expires_on == card.expires_on
        return Line(what, _SOON, "warn", until,
                    leave.words() if leave.gone and not phone else _NEW_CARD if with_card else _PHONE_ANEW if phone else _RENEW)  # fmt: skip
    if one.standing == "held":
        since = _since(one, "{on}から", "since {on}")
        held = leave.words() if leave.gone else _HELD_CARD
        return Line(
            what,
            _HELD,
            "warn",
            since,
            _HELD_ON_PHONE.get(one.held_by, _HELD_PHONE) if phone else held,
        )
    why = {
        "expired": _dated(one.expires_on, "{on}に期限が切れました", "ended on {on}"),
        "lapsed": _since(one, "住所や氏名が変わったか、転出して住民票が閉じられたため、{on}に失効しました",
                         "revoked on {on}, because your address or name changed, or you moved out and your record was closed",
                         "住所や名前が 変わったか、引っ越しの 日が 来たので、{on}から 使えません"),
        "replaced": _since(one, "新しいものに替わったため、{on}に失効しました", "revoked on {on}: a newer one took its place"),
        "stopped": _since(one, "{on}に失効しました", "revoked on {on}"),
    }  # fmt: skip
    lapsed = _AFTER_A_CHANGE if one.standing == "lapsed" else _NEW_AT_THE_CITY
    do = _PHONE_ANEW if phone else _CARD_ENDED if ended(card) else lapsed
    if leave.gone is not None:
        by_it = one.since is not None and civil(one.since) >= leave.gone
        said = _since(one, "国外へ移ったため、{on}に失効しました", "revoked on {on}, because you moved abroad",
                      "外国へ 行ったので、{on}から 使えません") if by_it else why[one.standing]  # fmt: skip
        return Line(what, _OVER, "bad", said, do if phone else leave.words())
    return Line(what, _OVER, "bad", why[one.standing], do)


def waits(cards: Sequence[CardOfOwn], today: date, leave: Leave = STAYS) -> list[Waiting]:
    """What ends soon or has ended by its date. What lapsed with a move is told with the move; a phone's end with the card's."""
    found = []
    for card in [one for one in cards if one.media == "card"]:
        if ended(card) and leave.gone is not None:
            continue  # it is told with the move abroad
        if ended(card):
            over = next(one for one in card.certificates if one.standing == "stopped")
            since = _since(
                over, "{on}から使えません", "It has not worked since {on}", "{on}から 使えません"
            )
            found.append(Waiting(
                "now", Text("カードが使えなくなりました。新しいカードを申請してください", "Your card has ended: apply for a new card",
                            "カードが 使えなくなりました。新しい カードを 申しこんでください"),
                since, "/#cards",
            ))  # fmt: skip
            continue
        if card.expires_on <= today + SOON:
            found.append(_waiting(
                Text("新しいカードを申請してください", "Apply for a new card"),
                Text("カードの期限です。電子証明書も、この日までです", "Your card ends, and its certificates with it"),
                card.expires_on, today,
            ))  # fmt: skip
            continue
        found += [
            _waiting(
                Text(f"{CERTIFICATES[one.kind].ja}を更新してください", f"{CERTIFICATES[one.kind].en}: have it renewed"),
                (line(card, one, today, leave).do or _RENEW), one.expires_on, today,
            )
            for one in card.certificates
            if one.standing in ("good", "expired") and today >= one.renewable_from
        ]  # fmt: skip
    return found


def _waiting(title: Text, note: Text, on: date, today: date) -> Waiting:
    return Waiting("late" if on < today else "now", title, note, "#cards", on)


def _dated(on: date, ja: str, en: str, easy: str = "") -> Text:
    day = long_date(on, "ja")
    return Text(ja.format(on=day), en.format(on=long_date(on, "en")), easy.format(on=day))


def _since(one: CertificateOfOwn, ja: str, en: str, easy: str = "") -> Text:
    return _dated(civil(one.since) if one.since else one.expires_on, ja, en, easy)
