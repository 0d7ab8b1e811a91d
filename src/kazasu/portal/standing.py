"""Where a move stands: one table for the first page and for the move's own page, so that both say one thing.

A row holds when it is true of a move, the sentence, and what the resident can do then. The first row that is true is where the move
stands. What came to pass twice or was undone (a correction, a void appointment, a refused cancellation) is asked of the newest event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.portal.model import SENT_AGAIN, Event, Move, answers_from
from kazasu.portal.store import Draft

RECENT: Final = timedelta(days=60)
"""So long a refused notice waits on the first page: who has not begun again by then gave notice elsewhere, or stays."""


Counter = Literal["", "old", "new"]
"""Of which city the counter is named."""


@dataclass(frozen=True, slots=True)
class Act:
    """A button or a link."""

    label: Text
    href: str
    """May hold ``{case}``."""
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    when: Callable[[Move], bool]
    says: Text
    within: Text | None = None
    """Said instead where the move stays in one city."""
    todo: Text | None = None
    """What to do now, or what follows."""
    todo_within: Text | None = None
    act: Act | None = None
    counter: Counter = ""
    asks: bool = False
    """The resident has to do something: it waits on the first page."""
    told_by: tuple[str, ...] = ()
    """Events whose note says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one move stands."""

    name: str
    says: Text
    why: Text | None
    """In the words of the city; in one language where its clerk wrote in one."""
    todo: Text | None
    act: Act | None
    counter: Counter
    asks: bool
    bad: bool
    until: date | None
    """The last day of what is to be done."""


CORRECT: Final = Act(
    Text("直して送り直す", "Correct it", "直して もう一度 送る"),
    "/moves/{case}/correct",
    posts=True,
)
GO_ON: Final = Act(Text("続きを直す", "Go on correcting it", "つづきを 直す"), "/move")
CHOOSE: Final = Act(
    Text("窓口へ行く日を選ぶ", "Choose another day", "窓口へ 行く日を えらぶ"),
    "/moves/{case}/visit",
)
AGAIN: Final = Act(
    Text("初めから届け出直す", "Begin again", "はじめから もう一度 出す"),
    "/moves/{case}/again",
    posts=True,
)
ANEW: Final = Act(
    Text("引越しを届け出る", "Give notice of a move", "引っ越しを 伝える"), "/services/move"
)
CARDS: Final = Act(
    Text(
        "カードと電子証明書の期限を確かめる",
        "See until when your card works",
        "カードの 使える日を 見る",
    ),
    "/#cards",
)

_TELL_OTHERS: Final = Text(
    "住所を書きかえたカードの電子証明書は、一覧で確かめられます。銀行など、届け出ていないところには自分で知らせてください",
    "Your list shows until when your card and its certificates work. Tell your bank and others yourself",
    "カードの 使える日は、一覧で 分かります。銀行などには、自分で 伝えてください",
)


def _newest(move: Move, *events: str) -> str:
    return next((one.event for one in reversed(move.events) if one.event in events), "")


TABLE: Final[Sequence[Row]] = (
    Row("correct", lambda m: m.needs_fix,
        Text("直して送り直してください", "Please correct it and send it again", "直して、もう一度 送ってください"),
        todo=Text("市区町村から訂正のお願いがあります。送った届出と窓口の予約は、そのまま残っています",
                  "Your city asks for a correction. What you sent and your appointment stand as they are",
                  "役所から お願いが あります。送ったものと 予約は、そのままです"),
        act=CORRECT, asks=True, told_by=("needs-fix",)),
    Row("cancelling", lambda m: m.withdrawn_at is not None and m.off and not m.over,
        Text("取り消しています。市区町村の返事を待っています", "Being cancelled. Waiting for the city",
             "やめる 手続きを しています。役所の 返事を 待っています")),
    Row("cards", lambda m: m.cards_left > 0,
        Text("新しい住所で登録されました。カード{left}枚の住所の書きかえが残っています",
             "You are registered at the new address. Still to be updated: {left} card{s}",
             "新しい 住所に なりました。カード {left}枚の 住所を 新しくしてください"),
        todo=Text("新しい市区町村の窓口で、カードの住所を書きかえてください。この日までにしないと、カードは使えなくなります",
                  "Have it updated at the counter of your new city. After this day the card stops working",
                  "新しい 役所の 窓口へ 行ってください。この日を すぎると、カードは 使えません"),
        todo_within=Text("市区町村の窓口で、この日までにカードの住所を書きかえてください",
                         "Have it updated at the counter of your city by this day",
                         "この日までに 役所の 窓口へ 行ってください"),
        counter="new", asks=True),
    Row("rejected", lambda m: m.off and m.has("out-rejected"),
        Text("受理されませんでした", "It was not accepted", "役所は 受けつけませんでした"),
        todo=Text("引っ越すときは、初めから届け出直してください。入力したことは使えます。窓口でも届け出られます",
                  "If you move, give notice again from the beginning: what you entered can be used. You can also do it at the counter",
                  "引っ越すときは、はじめから もう一度 出してください。前に 書いたことは 使えます。窓口でも できます"),
        act=AGAIN, counter="old", asks=True, told_by=("out-rejected",)),
    Row("cancelled", lambda m: m.off and m.has("cancelled", "withdrawn"),
        Text("取り消しました", "Cancelled", "やめました"),
        todo=Text("引っ越すことになったら、また届け出られます", "You can give notice again whenever you move", "引っ越すときは、また 出せます"),
        act=ANEW),
    Row("card-lost", lambda m: m.has("card-lost"),
        Text("新しい住所で登録されました。書きかえなかったカードは使えなくなりました（失効）",
             "You are registered at the new address. A card that was not updated has stopped working",
             "新しい 住所に なりました。新しくしなかった カードは 使えません"),
        todo=Text("新しいカードは、市区町村の窓口で申請できます", "Apply for a new card at the counter of your city", "新しい カードは、役所の 窓口で 申しこめます"),
        counter="new", told_by=("card-lost",)),
    Row("done", lambda m: m.has("registered") and m.has("card-continued"),
        Text("引越しの届出は終わりました。カードも新しい住所です", "Done; your card has the new address too",
             "引っ越しの 手続きは 終わりました。カードも 新しい 住所です"),
        todo=_TELL_OTHERS, act=CARDS),
    Row("registered", lambda m: m.has("registered"),
        Text("新しい住所で登録されました", "You are registered at the new address", "新しい 住所に なりました"),
        todo=_TELL_OTHERS, act=CARDS),
    Row("arrived-first", lambda m: m.has("cancel-refused"),
        Text("取消しはできませんでした。転入が先でした", "Too late to cancel: you had arrived", "やめられませんでした。引っ越しが 先でした"),
        todo=Text("登録が終わると、ここに出ます", "Your registration will be shown here", "手続きが 終わると、ここに 出ます")),
    Row("visited", lambda m: _newest(m, "visited", "expired-special") == "visited",
        Text("窓口で手続きしています", "Being dealt with at the counter", "窓口で 手続きを しています")),
    Row("redirected", lambda m: _newest(m, "redirected", "expired-special") == "redirected",
        Text("予定と違う市区町村の窓口で手続きしています", "Being dealt with at the counter of another city than planned",
             "ちがう 役所の 窓口で 手続きを しています"),
        counter="new"),
    Row("expired", lambda m: m.has("expired-special"),
        Text("カードだけで転入できる期間が過ぎました", "The period for arriving by card is over", "カードだけで 手続きできる 日が すぎました"),
        todo=Text("前の市区町村で紙の転出証明書を受け取り、新しい市区町村の窓口へ持っていってください。予約はなくなりました",
                  "Get a paper certificate of moving out from your old city and bring it to the counter of your new city. The appointment is void",
                  "前の 役所で 紙の 転出証明書を もらって、新しい 役所の 窓口へ 行ってください。予約は なくなりました"),
        counter="old", asks=True),
    Row("choose-again", lambda m: m.visit_missed,
        Text("窓口へ行く日を選び直してください", "Please choose another day for your visit", "窓口へ 行く日を、もう一度 えらんでください"),
        todo=Text("予約がなくなりました", "The appointment is void", "予約が なくなりました"),
        act=CHOOSE, asks=True, told_by=("visit-missed",)),
    Row("visit-chosen", lambda m: m.visit_chosen,
        Text("選んだ日時を送りました。市区町村の返事を待っています", "The time you chose was sent. Waiting for the city",
             "えらんだ 日と 時間を 送りました。役所の 返事を 待っています")),
    Row("ready", lambda m: m.has("in-ready"),
        Text("準備ができました。予約の日にお越しください", "All is ready: come on the day you chose", "準備が できました。予約の日に 来てください")),
    Row("accepted", lambda m: m.has("out-done", "certificate-received"),
        Text("転出届の確認が終わりました（受理）", "Your notice of moving out was accepted", "前の 役所の 手続きが 終わりました")),
    Row("sent-again", lambda m: _newest(m, "received-out", SENT_AGAIN) == SENT_AGAIN,
        Text("直した届出を送りました。市区町村に届くのを待っています", "Corrected and sent. Waiting for the city", "直して 送りました。役所に とどくのを 待っています")),
    Row("received", lambda m: m.has("received-out", "reservation-received"),
        Text("市区町村に届きました", "Received by the cities", "役所に とどきました"),
        within=Text("市区町村に届きました", "Received by the city", "役所に とどきました")),
    Row("sent", lambda m: not m.over,
        Text("送りました。市区町村に届くのを待っています", "Sent. Waiting for the city", "送りました。役所に とどくのを 待っています")),
)  # fmt: skip
"""In the order in which they are looked at."""
BAD: Final = frozenset({"correct", "rejected", "card-lost", "expired", "choose-again", "arrived-first"})  # fmt: skip


def standing(move: Move, draft: Draft | None = None) -> Standing:
    """Of the case's own ``draft`` is known that its correction is begun; another draft is nothing to it."""
    row = next(one for one in TABLE if one.when(move))
    within, left = move.kind == "within-city", move.cards_left
    says = (within and row.within) or row.says
    act = row.act
    todo = (within and row.todo_within) or row.todo
    if row.name == "correct" and draft is not None and draft.case_id == move.case_id:
        act = replace(GO_ON, href=f"/move/{draft.answers.next_step()}")
        todo = Text(
            "訂正は書きかけです。送り直すまで、前に送った届出と予約がそのまま残ります",
            "Your correction is not sent yet. Until then what you sent before and your appointment stand",
            "まだ 送っていません。前に 送ったものと 予約は、そのままです",
        )
    return Standing(
        name=row.name,
        says=says.fill(left=left, s="s" * (left > 1)) if row.name == "cards" else says,
        why=_why(move, row),
        todo=todo,
        act=act and replace(act, href=act.href.format(case=move.case_id)),
        counter=row.counter,
        asks=row.asks,
        bad=row.name in BAD,
        until=cards_until(move) if row.name == "cards" else None,
    )


def counter_of(move: Move) -> Text:
    """What the counter is called where no office of it is named."""
    if move.kind == "within-city":
        return Text("市区町村の窓口", "The counter of your city", "役所の 窓口")
    return Text("新しい市区町村の窓口", "The counter of your new city", "新しい 役所の 窓口")


def cards_until(move: Move) -> date:
    """Last day to have the cards updated: after the notice at the counter, or the day chosen for it."""
    told = next((civil(one.at) for one in move.events if one.event == "registered"), None)
    answers = answers_from(move.answers)
    if move.kind == "within-city":
        return periods.card_update_until(answers.moves_on or told or civil(move.sent_at))
    return periods.card_continuation_until(
        told or answers.visits_on or answers.moves_on or civil(move.sent_at)
    )


def waits(found: Standing, move: Move, today: date, newer: bool) -> bool:
    """Whether it is on the first page; ``newer``: a later notice was begun or sent, which takes the place of a refused one."""
    if found.name == "rejected":
        said = next(one for one in reversed(move.events) if one.event == "out-rejected")
        return not newer and today - civil(said.at) <= RECENT
    return found.asks


def _why(move: Move, row: Row) -> Text | None:
    said: Event | None = next((e for e in reversed(move.events) if e.event in row.told_by), None)
    return Text(said.note_ja, said.note_en) if said and said.note_ja and said.note_en else None
