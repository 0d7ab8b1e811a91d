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
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.portal.move.answers import answers_from
from kazasu.portal.move.events import SENT_AGAIN, Event
from kazasu.portal.move.sent import Move
from kazasu.portal.store import Draft

RECENT: Final = timedelta(days=60)
"""So long a refused notice waits on the first page: who has not begun again by then gave notice elsewhere, or stays. And so long after
a registration the move's page tells what else is to be done in the new city."""


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
    todo_void: Text | None = None
    """Said instead where the appointment is void."""
    todo_undecided: Text | None = None
    """Said instead where the old city has not decided."""
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
    Text(
        "前に書いたことを使って、届け出直す",
        "Give notice again with these answers",
        "前に 書いたことを 使って、もう一度 出す",
    ),
    "/moves/{case}/again",
    posts=True,
)
BEGUN_ANEW: Final = frozenset({"rejected", "cancelled"})
"""Where what was sent is over, and its answers can be given again."""
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


PAPER_TO_GET: Final = Text(
    "予約の日は、カードだけで届け出られる期間のあとです。前の市区町村の窓口で紙の転出証明書を受け取り、予約の日に持っていってください。引っ越した人のカードは、期限のあとの届出で使えなくなります（失効）",
    "Your appointment is after the last day on which the card alone is enough. Get a paper certificate of moving out at the counter of your old city, and bring it on the day of your appointment. After that day the cards of who moved stop working with the notice",
    "予約の日は、カードだけでは できません。前の 役所の 窓口で 紙の 転出証明書を もらって、予約の日に 持っていってください。カードは 使えなくなります",
)
PAPER_TO_BRING: Final = Text(
    "予約の日に、前の市区町村で受け取った紙の転出証明書を持っていってください",
    "On the day of your appointment bring the paper certificate of moving out that your old city issued",
    "予約の日に、前の 役所で もらった 紙の 転出証明書を 持っていってください",
)


def paper_first(move: Move) -> Text | None:
    """What is to be told wherever the appointment is: it is not kept with the card alone. None: it is."""
    if not move.visits_by_paper:
        return None
    return PAPER_TO_BRING if move.has("paper-issued") else PAPER_TO_GET


def _newest(move: Move, *events: str) -> str:
    return next((one.event for one in reversed(move.events) if one.event in events), "")


TABLE: Final[Sequence[Row]] = (
    Row("all-abroad", lambda m: m.all_abroad,
        Text("国外へ移ることが届け出られたため、この手続きは終わりました", "This procedure has ended, as notice was given of a move abroad",
             "外国へ 引っ越すことになりました。この 手続きは 終わりました"),
        todo=Text("新しい市区町村の窓口に行く必要はありません。予約も取り消されました。国外へ移らないことになったら、いまの市区町村の窓口で国外転出を取り消してから、もう一度届け出てください",
                  "You need not go to the counter of the new city. The appointment is cancelled. If you do not move abroad after all, have that cancelled at the counter of your city, then give notice again",
                  "新しい 役所の 窓口に 行かなくて いいです。予約も なくなりました。外国へ 行かないことに なったら、今の 役所の 窓口で 言ってから、もう一度 出してください"),
        todo_within=Text("引越しの届出のために窓口に行く必要はありません。予約も取り消されました。国外へ移らないことになったら、市区町村の窓口で国外転出を取り消してから、もう一度届け出てください",
                         "You need not go to the counter for the move. The appointment is cancelled. If you do not move abroad after all, have that cancelled at the counter of your city, then give notice again",
                         "引っ越しのために 窓口に 行かなくて いいです。予約も なくなりました。外国へ 行かないことに なったら、役所の 窓口で 言ってから、もう一度 出してください")),
    Row("nobody-left", lambda m: m.nobody_left,
        Text("引っ越す方が亡くなられたため、この手続きは終わりました", "This procedure has ended, as who was to move has died",
             "引っ越す 人が なくなりました。この 手続きは 終わりました"),
        todo=Text("新しい市区町村の窓口に行く必要はありません。予約も取り消されました",
                  "You need not go to the counter of the new city. The appointment is cancelled",
                  "新しい 役所の 窓口に 行かなくて いいです。予約も なくなりました"),
        todo_within=Text("引越しの届出のために窓口に行く必要はありません。予約も取り消されました",
                         "You need not go to the counter for the move. The appointment is cancelled",
                         "引っ越しのために 窓口に 行かなくて いいです。予約も なくなりました")),
    Row("correct", lambda m: m.needs_fix,
        Text("直して送り直してください", "Please correct it and send it again", "直して、もう一度 送ってください"),
        todo=Text("市区町村から訂正のお願いがあります。送った届出と窓口の予約は、そのまま残っています",
                  "Your city asks for a correction. What you sent and your appointment stand as they are",
                  "役所から お願いが あります。送ったものと 予約は、そのままです"),
        todo_void=Text("市区町村から訂正のお願いがあります。送った届出はそのままですが、予約の日は過ぎました。直すときに、窓口へ行く日も選び直してください",
                       "Your city asks for a correction. What you sent stands, but the day of your appointment is past: choose another one with the correction",
                       "役所から お願いが あります。予約の日は すぎました。直すときに、窓口へ 行く日も えらんでください"),
        act=CORRECT, asks=True, told_by=("needs-fix",)),
    Row("cancelling", lambda m: m.withdrawn_at is not None and m.off and not m.over,
        Text("取り消しています。市区町村の返事を待っています", "Being cancelled. Waiting for the city",
             "やめる 手続きを しています。役所の 返事を 待っています")),
    Row("others-first", lambda m: m.others_first,
        Text("{names}は新しい住所で登録されました。あなたは、まだ登録されていません",
             "{names_en}: registered at the new address. You are not registered yet",
             "{names}は 新しい 住所に なりました。あなたは、まだです"),
        todo=Text("あなたは、引っ越したら、期限までに新しい市区町村の窓口へ行ってください。引っ越さないときは、前の市区町村に伝えてください",
                  "Once you have moved go to the counter of your new city by the last day for it. If you do not move, tell your old city",
                  "引っ越したら、新しい 役所の 窓口へ 行ってください。引っ越さないときは、前の 役所に 伝えてください"),
        todo_within=Text("あなたは、引っ越したら、期限までに市区町村の窓口へ行ってください。引っ越さないときは、窓口で伝えてください",
                         "Once you have moved go to the counter of your city by the last day for it. If you do not move, tell it there",
                         "引っ越したら、役所の 窓口へ 行ってください。引っ越さないときは、窓口で 伝えてください"),
        counter="new"),
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
        todo=Text("また届け出られます。書いたことは残っています。直すところだけ変えて、窓口へ行く日を選び直してください",
                  "You can give notice again. What you answered is kept: change what was wrong, and choose the day of your visit anew",
                  "また 出せます。前に 書いたことは 残っています。直したいところを 変えて、窓口へ 行く日を えらんでください"),
        act=ANEW),
    Row("card-lost", lambda m: m.has("card-lost"),
        Text("新しい住所で登録されました。期限までに届け出なかったか、書きかえなかったカードは使えなくなりました（失効）",
             "You are registered at the new address. A card has stopped working: notice was too late for it, or it was not updated in time",
             "新しい 住所に なりました。届けが おそかったか、新しくしなかった カードは 使えません"),
        todo=Text("新しいカードは、市区町村の窓口で申請できます", "Apply for a new card at the counter of your city", "新しい カードは、役所の 窓口で 申しこめます"),
        counter="new", told_by=("card-lost",)),
    Row("rest-to-come", lambda m: m.own_registered and bool(m.still_to_come),
        Text("新しい住所で登録されました。まだ登録されていない人がいます",
             "You are registered at the new address. Not everybody of this move is yet",
             "新しい 住所に なりました。まだの 人が います"),
        todo=Text("まだの人は、引っ越したら、それぞれの期限までに新しい市区町村の窓口へ行ってください。引っ越さないときは、前の市区町村に伝えてください",
                  "The others go to the counter of the new city once they have moved, each by their last day. Who does not move tells the old city",
                  "まだの 人は、引っ越したら、新しい 役所の 窓口へ 行ってください。引っ越さないときは、前の 役所に 伝えてください"),
        todo_within=Text("まだの人は、引っ越したら、それぞれの期限までに市区町村の窓口へ行ってください。引っ越さないときは、窓口で伝えてください",
                         "The others go to the counter of the city once they have moved, each by their last day. Who does not move tells it there",
                         "まだの 人は、引っ越したら、役所の 窓口へ 行ってください。引っ越さないときは、窓口で 伝えてください")),
    Row("done", lambda m: m.has("registered") and m.has("card-continued"),
        Text("引越しの届出は終わりました。カードも新しい住所です", "Done; your card has the new address too",
             "引っ越しの 手続きは 終わりました。カードも 新しい 住所です"),
        todo=_TELL_OTHERS, act=CARDS),
    Row("registered", lambda m: m.has("registered"),
        Text("新しい住所で登録されました", "You are registered at the new address", "新しい 住所に なりました"),
        todo=_TELL_OTHERS, act=CARDS),
    Row("arrived-first", lambda m: m.has("cancel-refused"),
        Text("取消しはできませんでした。登録が先でした", "Too late to cancel: you had been registered", "やめられませんでした。登録が 先でした"),
        todo=Text("登録が終わると、ここに出ます", "Your registration will be shown here", "手続きが 終わると、ここに 出ます")),
    Row("visited", lambda m: _newest(m, "visited", "redirected", "expired-special") == "visited",
        Text("窓口で手続きしています", "Being dealt with at the counter", "窓口で 手続きを しています")),
    Row("redirected", lambda m: _newest(m, "redirected", "visited", "expired-special") == "redirected",
        Text("予定と違う市区町村の窓口で手続きしています", "Being dealt with at the counter of another city than planned",
             "ちがう 役所の 窓口で 手続きを しています"),
        counter="new"),
    Row("by-paper", lambda m: m.has("expired-special") and m.has("paper-issued"),
        Text("紙の転出証明書が交付されました", "Your paper certificate of moving out was issued", "紙の 転出証明書が できました"),
        todo=Text("紙の転出証明書を、新しい市区町村の窓口へ持っていってください。引っ越した人のカードは、その届出で使えなくなります（失効）",
                  "Bring the paper certificate to the counter of your new city. The cards of who moved stop working with that notice",
                  "紙の 転出証明書を 持って、新しい 役所の 窓口へ 行ってください。カードは 使えなくなります"),
        counter="new", asks=True),
    Row("expired", lambda m: m.has("expired-special"),
        Text("カードだけで転入できる期間が過ぎました", "The period for arriving by card is over", "カードだけで 手続きできる 日が すぎました"),
        todo=Text("前の市区町村で紙の転出証明書を受け取り、新しい市区町村の窓口へ持っていってください。予約はなくなりました。引っ越した人のカードは、その届出で使えなくなります（失効）",
                  "Get a paper certificate of moving out at the counter of your old city and bring it to that of your new city. The appointment is void. The cards of who moved stop working with that notice",
                  "前の 役所の 窓口で 紙の 転出証明書を もらって、新しい 役所の 窓口へ 行ってください。予約は なくなりました。カードは 使えなくなります"),
        counter="old", asks=True),
    Row("choose-again", lambda m: m.visit_missed,
        Text("窓口へ行く日を選び直してください", "Please choose another day for your visit", "窓口へ 行く日を、もう一度 えらんでください"),
        todo=Text("予約がなくなりました", "The appointment is void", "予約が なくなりました"),
        todo_undecided=Text("予約の日までに、前の市区町村が届出を確認していませんでした。予約はなくなりました",
                            "Your old city had not decided on your notice by the day of the appointment, which is void",
                            "予約の日までに、前の 役所の 手続きが 終わりませんでした。予約は なくなりました"),
        act=CHOOSE, asks=True, told_by=("visit-missed",)),
    Row("visit-chosen", lambda m: m.visit_chosen,
        Text("選んだ日時を送りました。市区町村の返事を待っています", "The time you chose was sent. Waiting for the city",
             "えらんだ 日と 時間を 送りました。役所の 返事を 待っています")),
    Row("bring-paper", lambda m: m.visits_by_paper and m.has("paper-issued") and not m.undecided,
        Text("予約の日に、紙の転出証明書を持ってお越しください", "Come on the day you chose, with the paper certificate",
             "予約の日に、紙の 転出証明書を 持って 来てください"),
        todo=PAPER_TO_BRING),
    Row("get-paper", lambda m: m.visits_by_paper and not m.undecided,
        Text("予約の日には、紙の転出証明書が必要です", "Your appointment needs a paper certificate of moving out",
             "予約の日に、紙の 転出証明書が いります"),
        todo=Text(f"{PAPER_TO_GET.ja}。カードだけで届け出られるのは{{due}}までで、その日までは予約がなくても窓口へ行けます",
                  f"{PAPER_TO_GET.en}. Your card alone is enough until {{due_en}}; until then you can come to the counter without an appointment",
                  f"{PAPER_TO_GET.easy}。カードだけで できるのは {{due}}までです。その日までは、予約が なくても 行けます"),
        counter="old", asks=True),
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
BAD: Final = frozenset({"overtaken", "others-first", "correct", "rejected", "card-lost", "expired", "choose-again", "arrived-first", "get-paper"})  # fmt: skip


OVERTAKEN: Final = Row(
    "overtaken", lambda _: True,
    Text("ほかの人の届出が先に受理されました。この届出では引っ越せません",
         "Another notice for you was accepted before this one, which cannot be accepted any more",
         "ほかの 人の 手続きが 先でした。この 手続きは、もう できません"),
    todo=Text("この届出を取り消してください。窓口の予約も、ほかの人が使えるようになります。どの届出が受理されたかは、最初の画面の「あなたの手続き」にあります",
              "Cancel it: the appointment is then free for others. Which notice was accepted stands on the first page under “Your procedures”",
              "この 手続きを やめてください。どの 手続きか、最初の 画面に あります"),
    act=Act(Text("この届出を取り消す", "Cancel this notice", "この 手続きを やめる"), "/moves/{case}/cancel"),
    asks=True,
)  # fmt: skip
"""In place of what the table says of a move that is under way, for whom the notice of somebody else has moved: only their own city
knows of it (:mod:`kazasu.portal.household.moved`)."""


def standing(move: Move, draft: Draft | None = None, *, overtaken: bool = False) -> Standing:
    """Of the case's own ``draft`` is known that its correction is begun; another draft is nothing to it.

    Args:
        overtaken: the notice of somebody else has moved the resident.
    """
    row = next(one for one in TABLE if one.when(move))
    if overtaken and not (move.off or move.over):
        row = OVERTAKEN
    act = row.act
    todo = _todo(row, move)
    if row.name == "correct" and draft is not None and draft.case_id == move.case_id:
        act = replace(GO_ON, href=f"/move/{draft.answers.next_step()}")
        todo = _BEGUN_VOID if move.visit_missed else _BEGUN
    return Standing(
        name=row.name,
        says=_says(row, move),
        why=_why(move, row),
        todo=todo,
        act=act and replace(act, href=act.href.format(case=move.case_id)),
        counter=row.counter,
        asks=row.asks,
        bad=row.name in BAD,
        until=cards_until(move)
        if row.name == "cards"
        else move.own_until
        if row.name == "others-first"
        else None,
    )


_BEGUN: Final = Text(
    "訂正は書きかけです。送り直すまで、前に送った届出と予約がそのまま残ります",
    "Your correction is not sent yet. Until then what you sent before and your appointment stand",
    "まだ 送っていません。前に 送ったものと 予約は、そのままです",
)
_BEGUN_VOID: Final = Text(
    "訂正は書きかけです。送り直すまで、前に送った届出がそのまま残ります。予約の日は過ぎたので、選び直してください",
    "Your correction is not sent yet. Until then what you sent before stands; the day of your appointment is past: choose another one",
    "まだ 送っていません。予約の日は すぎました。もう一度 えらんでください",
)


def _says(row: Row, move: Move) -> Text:
    said = (move.kind == "within-city" and row.within) or row.says
    if row.name == "cards":
        left = move.cards_left
        return said.fill(left=left, s="s" * (left > 1))
    if row.name == "others-first":
        named = [one for one in move.to_be_done.movers if one.name in move.registered_in]
        read = ", ".join(with_reading(one.name, one.kana) for one in named)
        return said.fill(names="、".join(one.name for one in named), names_en=read)
    return said


def _todo(row: Row, move: Move) -> Text | None:
    if row.todo_void and move.visit_missed:
        return row.todo_void
    if row.todo_undecided and move.undecided:
        return row.todo_undecided
    due = answers_from(move.answers).due
    if row.name == "get-paper" and row.todo is not None and due is not None:
        return row.todo.fill(due=long_date(due), due_en=long_date(due, "en"))
    # After a correction of the register alone no card ends.
    stays = (
        row.name == "cards" and move.cards is not None and not any(one.ends for one in move.cards)
    )
    return ((move.kind == "within-city" or stays) and row.todo_within) or row.todo


def counter_of(move: Move) -> Text:
    """What the counter is called where no office of it is named."""
    if move.kind == "within-city":
        return Text("市区町村の窓口", "The counter of your city", "役所の 窓口")
    return Text("新しい市区町村の窓口", "The counter of your new city", "新しい 役所の 窓口")


def cards_until(move: Move) -> date:
    """Last day to have the cards of who is registered updated, the earliest of several: as the city says it, else counted from the
    registration. Nothing is counted from an appointment: it may be void."""
    if move.cards:
        return min(one.until for one in move.cards)
    told = next(civil(one.at) for one in move.events if one.event == "registered")
    if move.kind == "within-city":
        return periods.card_update_until(answers_from(move.answers).moves_on or told)
    return periods.card_continuation_until(told)


def waits(found: Standing, move: Move, today: date, newer: bool) -> bool:
    """Whether it is on the first page; ``newer``: a later notice was begun or sent, which takes the place of a refused one."""
    if found.name == "rejected":
        said = next(one for one in reversed(move.events) if one.event == "out-rejected")
        return not newer and today - civil(said.at) <= RECENT
    return found.asks


def _why(move: Move, row: Row) -> Text | None:
    said: Event | None = next((e for e in reversed(move.events) if e.event in row.told_by), None)
    return Text(said.note_ja, said.note_en) if said and said.note_ja and said.note_en else None
