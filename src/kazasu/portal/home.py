"""What the first page shows of one's moves: what waits for the resident, and what changed. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.municipality import AnnouncedMove, CardToUpdate
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.portal.household.moved import Moved
from kazasu.portal.move.answers import answers_from
from kazasu.portal.move.events import OWN_EVENTS, WORDS
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import cards_until, counter_of, paper_first, standing, waits
from kazasu.portal.store import Draft

Urgency = Literal["late", "now", "later"]
SOON: Final = timedelta(days=1)
"""An appointment that is so near is told before everything else."""
REMIND: Final = 14
"""Days before its last one from which a card that is to be updated says how many are left."""
MOST_CHANGES: Final = 5
_ORDER: Final[Sequence[Urgency]] = ("late", "now", "later")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that the resident has to do, or has to know of in time."""

    urgency: Urgency
    title: Text
    note: Text
    href: str
    on: date | None = None
    """The day on which, or until which."""
    starts: str = ""
    """``HH:MM`` of an appointment."""
    sheet: str = ""
    """Of an appointment: the page to print, with the way to the counter."""
    why: Text | None = None
    """In the words of the city."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an institution told of a move."""

    title: Text
    at: datetime
    institution: InstitutionId
    href: str
    note: Text | None = None
    """What it wrote beside it."""
    new: bool = True
    """The move was not opened since it came."""
    of_whom: bool = False
    """Without the note it says of nobody in particular: several such lines are one to the reader."""


def waiting(
    draft: Draft | None,
    moves: Sequence[Move],
    today: date,
    others: Sequence[Waiting] = (),
    *,
    now: datetime | None = None,
    moved: Moved | None = None,
) -> list[Waiting]:
    """What waits, the most urgent first; of the same urgency by its day.

    Args:
        others: what does not come of moves.
        now: tells which hour of today is past; without it none is.
        moved: another's notice moves the resident, which takes the place of a refused one of their own.
    """
    begun = draft is not None and draft.begun
    found = [_drafted(draft, today, moved)] if draft and begun and draft.revision == 1 else []
    found += others
    for move in moves:
        newer = begun or moved is not None or any(one.sent_at > move.sent_at for one in moves)
        overtaken = moved is not None and moved.overtakes(move)
        found += _of(move, draft, today, newer, now, overtaken=overtaken)
    return sorted(found, key=lambda one: (_ORDER.index(one.urgency), one.on or date.max))


def changes(moves: Sequence[Move], most: int | None = MOST_CHANGES) -> list[Change]:
    """What others did, newest first (None: all of it); one's own sending is no news."""
    found = [
        Change(
            WORDS[event.event],
            event.at,
            event.institution,
            f"/moves/{move.case_id}",
            move.said_of(event),
            event.arrived > move.seen,
            event.event
            in ("corrected", "card-continued", "card-lost", "mover-died", "mover-abroad"),
        )
        for move in moves
        for event in move.events
        if event.event not in OWN_EVENTS
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _drafted(draft: Draft, today: date, moved: Moved | None) -> Waiting:
    if (
        moved is not None
        and moved.move.registered
        and same_house(draft.answers.new_address, moved.address)
    ):
        return Waiting(
            "later",
            Text("書きかけの引越しの届出", "Your move, not sent yet", "とちゅうまで 書いた 引っ越しの 手紙"),
            Text("ほかの人の届出で、もうその住所に登録されています。要らなければ消してください", "You are registered there already, by the notice of somebody else. Delete it if you do not need it",
                 "ほかの 人の 手続きで、もう その 住所に なっています。いらなければ 消してください"),
            "/move/discard",
        )  # fmt: skip
    past = draft.answers.moves_on is not None and draft.answers.moves_on < today
    return Waiting(
        "now" if past else "later",
        Text("書きかけの引越しの届出", "Your move, not sent yet", "とちゅうまで 書いた 引っ越しの 手紙"),
        Text("続きから書けます。まだ、どこにも送っていません", "Go on where you stopped. Nothing has been sent",
             "つづきを 書けます。まだ 送っていません"),
        f"/move/{draft.answers.next_step()}",
    )  # fmt: skip


def _of(
    move: Move,
    draft: Draft | None,
    today: date,
    newer: bool,
    now: datetime | None,
    *,
    overtaken: bool,
) -> list[Waiting]:
    here = f"/moves/{move.case_id}"
    found, asked = standing(move, draft, overtaken=overtaken), list[Waiting]()
    if waits(found, move, today, newer):
        href = here if found.act is None or found.act.posts else found.act.href
        late = found.until is not None and found.until < today
        asked = [Waiting(
            "late" if late else "now", found.says, found.todo or found.says, href, found.until, why=found.why,
        )]  # fmt: skip
    asked += [*_rest(move, here, today), *_residence_cards(move, here, today)]
    if move.others_first:
        asked += _cards_of_others(move, here, today)
    elif move.over:
        return asked
    if move.off or overtaken or not move.answers:
        return asked
    return [*asked, *_visit(move, here, today, now), *_deadline(move, here, today)]


def _cards_of_others(move: Move, here: str, today: date) -> list[Waiting]:
    """Of those who were registered before who gave notice for them all."""
    cards, left = move.cards or (), move.cards_left
    if not left:
        return []
    until, names = cards_until(move), [one.name for one in cards]
    return [Waiting(
        "late" if until < today else "now",
        Text(f"先に登録された人のカード{left}枚の住所の書きかえが残っています",
             f"Still to be updated: {left} card{'s' * (left > 1)} of those who were registered first",
             f"先に 新しい 住所に なった 人の カード {left}枚の 住所を 新しくしてください"),
        Text("、".join(names) or "窓口で、この日までに", ", ".join(names) or "At the counter, by this day"),
        here, until,
    )]  # fmt: skip


def _rest(move: Move, here: str, today: date) -> list[Waiting]:
    """Of a family that comes on different days: who is registered reads who is not yet, and until when. A baby reads no page."""
    rest = [one for one in move.still_to_come if move.own_registered]
    within = move.kind == "within-city"
    if within:  # who does not move after all does nothing
        rest = [one for one in rest if one.until is None or one.until >= today]
    if not rest:
        return []
    read = {one.name: with_reading(one.name, one.kana) for one in move.to_be_done.movers}
    names = "、".join(one.name for one in rest)
    names_en = ", ".join(read.get(one.name, one.name) for one in rest)
    until = min((one.until for one in rest if one.until is not None), default=None)
    by_paper = any(one.by_paper for one in rest)
    note = Text(
        "紙の転出証明書を、新しい市区町村の窓口へ持っていってください",
        "A paper certificate of moving out is needed at the counter of your new city",
        "紙の 転出証明書を 持って、新しい 役所の 窓口へ 行ってください",
    ) if by_paper else Text(
        "引っ越したら、この日までに同じ市区町村の窓口へ。引っ越さない人は、そのままでかまいません" if within
        else "引っ越したら、この日までに同じ市区町村の窓口へ。引っ越さないときは、前の市区町村に伝えてください",
        "Once they have moved, at the counter of the same city by this day" + (
            "; who does not move need not do anything" if within else ". If they do not move, tell your old city"
        ),
        "引っ越したら、この日までに 同じ 役所の 窓口へ 行ってください",
    )  # fmt: skip
    return [Waiting(
        "late" if by_paper or (until is not None and until < today) else "now",
        Text(f"{names}：まだ登録されていません", f"Not registered yet: {names_en}", f"{names}：まだ 登録していません"),
        note, here, until,
    )]  # fmt: skip


def _residence_cards(move: Move, here: str, today: date) -> list[Waiting]:
    """在留カード, 特別永住者証明書: registration alone writes nothing on them (入管法 19条の9)."""
    left = move.residence_cards
    if not left:
        return []
    until, names = min(one.until for one in left), [one.name for one in left]
    return [Waiting(
        "late" if until < today else "now",
        Text("在留カードなどに、新しい住所を書いてもらってください", "Have the new address written on the residence card", "在留カードに 新しい 住所を 書いてもらってください"),
        Text(f"{'、'.join(names)}：市区町村の窓口へ持っていってください", f"{', '.join(names)}: bring it to the counter of the city", f"{'、'.join(names)}：役所の 窓口へ 持っていってください"),
        here, until,
    )]  # fmt: skip


def own_card(
    card: CardToUpdate | None, city: Text, moves: Sequence[Move], today: date
) -> list[Waiting]:
    """One's own card that says still what the register said before, whoever gave notice; not said twice, where a move of one's own
    says it."""
    if card is None or any(_says_of(one, card.name) for one in moves):
        return []
    past = card.until < today
    days = (card.until - today).days
    near = Text("。あと{days}日です", ". {days} days are left", "。あと {days}日です").fill(
        days=days
    )
    soon = 0 < days <= REMIND
    note = Text(
        f"{city.ja}の窓口で書きかえてください。この日をすぎると、カードは使えなくなります",
        f"Have it updated at the counter of {city.en}. After this day the card stops working",
        f"{city.ja}の 窓口へ 行ってください。この日を すぎると、カードは 使えません",
    ) if card.ends else Text(
        f"{city.ja}の窓口で、この日までに書きかえてください",
        f"Have it updated at the counter of {city.en} by this day",
        f"この日までに {city.ja}の 窓口へ 行ってください",
    )  # fmt: skip
    return [Waiting(
        "late" if past else "now",
        Text("あなたのカードの住所などの書きかえが残っています", "Your card has still to be updated", "あなたの カードを 新しくしてください"),
        Text(note.ja + near.ja, note.en + near.en, note.easy + near.easy) if soon else note, "/#cards", card.until,
    )]  # fmt: skip


def visits_of_others(announced: Sequence[AnnouncedMove], today: date) -> list[Waiting]:
    """Somebody else's notice of a move within the city names the resident: at that appointment their card is asked for, too."""
    return [
        Waiting(
            "now" if one.visit_on - today <= SOON else "later",
            Text("ほかの人が届け出た引越しで、窓口へ行く日", "The visit for the move that somebody else gave notice of", "ほかの 人の 手続きで、窓口へ 行く 日"),
            Text("あなたのカードと、その暗証番号が必要です", "Your card is needed, and its PIN", "あなたの カードと 暗証番号が いります"),
            "/#announced", one.visit_on, one.visit_starts,
        )
        for one in announced
        if one.visit_on is not None and one.visit_on >= today
    ]  # fmt: skip


def in_no_notice(
    newborn: Mapping[str, Sequence[str]], own: Mapping[str, Move], within: Collection[str]
) -> list[Waiting]:
    """A child was born since a notice came, which does not name them.

    Args:
        newborn: names, by the number of the notice.
        own: their own moves, by number; of another's the first page says the rest.
        within: numbers of those within their city.
    """
    return [
        Waiting(
            "now",
            Text(f"{'、'.join(names)}：引越しの届出に入っていません", f"In no notice of moving: {', '.join(names)}", f"{'、'.join(names)}：引っ越しの 手紙に 入っていません"),
            NOT_NAMED_WITHIN if case in within else NOT_NAMED,
            f"/moves/{case}" if case in own else "/#announced",
        )
        for case, names in newborn.items()
    ]  # fmt: skip


NOT_NAMED: Final = Text(
    "届出のあとに生まれたためです。いっしょに引っ越すなら、今の市区町村の窓口で、この子の転出届をしてください。届出がまだ受理されていなければ、取り消して、この子も入れて届け出直すこともできます",
    "They were born after it was sent. If they move, too, give notice of moving out for them at the counter of the city where you live now. As long as yours is not accepted you can also cancel it, and send one that names them",
    "手紙を 送ったあとに 生まれました。いっしょに 引っ越すときは、今の 役所の 窓口へ 行ってください",
)
NOT_NAMED_WITHIN: Final = Text(
    "届出のあとに生まれたためです。いっしょに引っ越すなら、窓口で登録される前に取り消して、この子も入れて届け出直してください",
    "They were born after it was sent. If they move, too, cancel it before you are registered at the counter, and send one that names them",
    "手紙を 送ったあとに 生まれました。いっしょに 引っ越すときは、やめてから、この 子も 入れて もう一度 出してください",
)


def _says_of(move: Move, name: str) -> bool:
    if standing(move).name != "cards":
        return False
    return move.cards is None or any(one.name == name for one in move.cards)


def _visit(move: Move, here: str, today: date, now: datetime | None) -> list[Waiting]:
    answers = move.to_be_done
    on = answers.visits_on
    if on is None or on < today or not move.has_visit or move.identified:
        return []
    when = {0: Text("きょうは、窓口へ行く日です", "Your visit is today", "今日、窓口へ 行きます"),
            1: Text("あしたは、窓口へ行く日です", "Your visit is tomorrow", "明日、窓口へ 行きます")}  # fmt: skip
    urgency: Urgency
    title = when.get((on - today).days, Text("窓口へ行く日", "Your visit to the counter"))
    city = counter_of(move)
    note = Text(
        f"{answers.office_ja or city.ja}へ、引っ越す人全員のカードを持って",
        f"{answers.office_en or city.en}: bring the card of everybody who moves",
    )
    note = paper_first(move) or note
    if on == today and now is not None and _hour(now) > answers.visit_starts:
        passed = Text(
            "予約の時刻を過ぎました。まだ行けるときは窓口へ、行けないときは別の日時を選んでください",
            "Its time is past: go if you still can today, or choose another time",
            "予約の 時間を すぎました。今日 行けるなら、行ってください。行けないときは、ほかの 日を えらんでください",
        )
        late = Text(
            "きょうの予約の時刻を過ぎました",
            "The time of your visit today is past",
            "今日の 予約の 時間を すぎました",
        )
        note = before_the_counter(move) or passed
        urgency = "later" if move.undecided and move.needs_fix else "late"
        return [Waiting(urgency, late, note, here, on, answers.visit_starts, f"{here}/visit/sheet")]
    urgency = "now" if on - today <= SOON else "later"
    if urgency == "now" and (first := before_the_counter(move)) is not None:
        urgency, note = ("later" if move.needs_fix else "now"), first
    return [Waiting(urgency, title, note, here, on, answers.visit_starts, f"{here}/visit/sheet")]


def before_the_counter(move: Move) -> Text | None:
    """What has to come first where the counter has no data of them: nobody is sent there for nothing. None: it can receive them."""
    if not move.undecided:
        return None
    return _CORRECT_FIRST if move.needs_fix else _NOT_ACCEPTED


_CORRECT_FIRST: Final = Text(
    "先に、届出を直して送り直してください。受理されるまで、窓口では手続きできません。間に合わないときは、別の日を選んでください",
    "Correct your notice first: until your old city has accepted it, the counter can do nothing. Choose another day if that is too late",
    "先に、直して もう一度 送ってください。前の 役所が いいと 言うまで、窓口では できません",
)
_NOT_ACCEPTED: Final = Text(
    "前の市区町村が、まだ届出を受理していません。受理されるまで、窓口では手続きできません。行く前に、ここでもう一度確かめてください",
    "Your old city has not accepted your notice yet. Until it has, the counter can do nothing: look here again before you go",
    "前の 役所の 手続きが まだです。終わるまで、窓口では できません。行く前に、ここを 見てください",
)


def _hour(now: datetime) -> str:
    """``HH:MM`` in Japan, as appointments are written."""
    return f"{now.astimezone(JST):%H:%M}"


def _deadline(move: Move, here: str, today: date) -> list[Waiting]:
    """Moved already, and not yet at the counter: the law gives fourteen days."""
    moved_on = answers_from(move.answers).moves_on
    if moved_on is None or moved_on > today or move.identified:
        return []
    until, city = periods.moving_in_until(moved_on), counter_of(move)
    return [Waiting(
        "late" if until < today else "later",
        Text("窓口での届出の期限", "Notice at the counter is due"),
        Text(f"引っ越した日から14日以内に、{city.ja}で", f"Within 14 days of moving, at {city.en[0].lower()}{city.en[1:]}"),
        here, until,
    )]  # fmt: skip
