"""An invented procedure: the community centre lends its rooms. All that a room writes for one, and nothing that the frame brings.

docs/steps-and-states.md shows this file piece by piece.
"""

from datetime import date
from typing import Annotated

import psycopg
from psycopg.types.json import Jsonb
from starlette.responses import PlainTextResponse

from kazasu.contracts.base import Letter
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.procedures.cases import CaseBook, Past
from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.procedures.steps import REVIEW, Journey, Step
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, public, signed_in
from kazasu.foundation.web.cases import CasePages
from kazasu.foundation.web.forms import asked, one_of
from kazasu.foundation.web.journey import Asking, Draft, JourneyPages

# ---------------------------------------------------------------- steps

PURPOSES = {"class": Text("教室", "A class"), "meeting": Text("集まり", "A meeting")}
HALLS = {
    "hall": (Text("ホール", "The hall"), 50),
    "tea": (Text("茶室", "The tea room"), 6),
}
SUNDAY, CLOSED = 6, Text("日曜日は休みです", "The centre is closed on Sundays")


class Purpose(Form):
    purpose: str = asked("使いみち", "What for")
    people: Annotated[str, one_of([str(n) for n in range(1, 51)])] = asked(
        "人数", "How many people", most=3
    )


class Teacher(Form):
    teacher: str = asked("先生の名前", "Name of the teacher", most=40)


class Day(Form):
    day: date = asked("使う日", "The day")


class Hall(Form):
    hall: str = asked("部屋", "Room")
    extras: list[str] = asked("借りるもの", "To borrow", default=[])


class Contact(Form):
    phone: str = asked("電話番号", "Telephone", default="", most=20)
    call: bool = asked("電話してよい", "You may call me", default=False)


def too_small(before, after):
    """Another day frees another room; more people only matter where they do not fit."""
    people = int(after["purpose"].people)
    return before["day"] != after["day"] or people > HALLS[after["hall"].hall][1]


LENDING = Journey(
    Step(key="purpose", title=Text("使いみち", "Purpose"), form=Purpose, next=("teacher", "day")),
    Step(
        key="teacher", title=Text("先生", "Teacher"), form=Teacher, next=("day",),
        when=lambda given: given["purpose"].purpose == "class",
    ),
    Step(key="day", title=Text("日にち", "Day"), form=Day, next=("hall",)),
    Step(
        key="hall", title=Text("部屋", "Room"), form=Hall, next=("contact",),
        needs=("purpose", "day"), undo=too_small,
    ),
    Step(key="contact", title=Text("連絡先", "Contact"), form=Contact, next=(REVIEW,)),
)  # fmt: skip


def open_day(request, answers, form):
    if form.day.weekday() == SUNDAY:
        raise form.wrong("day", CLOSED)
    return form


def large_enough(request, answers):
    people = int(answers["purpose"].people)
    halls = [(key, name) for key, (name, most) in HALLS.items() if people <= most]
    return {"hall": halls, "extras": [("piano", Text("ピアノ", "Piano"))]}


ASKING = {
    "purpose": Asking(offers=lambda *_: {"purpose": list(PURPOSES.items())}),
    "day": Asking(lead=Text("日曜日は休みです。", "Closed on Sundays."), take=open_day),
    "hall": Asking(offers=large_enough),
    "contact": Asking(hints={"phone": Text("ハイフンなし", "Digits only")}),
}

# ---------------------------------------------------------------- states

LENT = Table(
    "lending",
    (
        State(key="asked", reads=Text("申し込みました", "You asked for a room"),
            desk=Text("決める", "to decide"), acts="clerk"),
        State(key="unclear", reads=Text("質問があります", "The centre has a question"),
            desk=Text("返事待ち", "waits for an answer"), acts="resident"),
        State(key="lent", reads=Text("部屋が取れました", "The room is yours"),
            desk=Text("貸した", "lent"), acts="system"),
        State(key="refused", reads=Text("貸せませんでした", "The room cannot be lent"), desk=Text("断った", "refused")),
        State(key="withdrawn", reads=Text("取り下げました", "You withdrew"), desk=Text("取り下げ", "withdrawn")),
        State(key="used", reads=Text("ご利用ありがとうございました", "Thank you for your visit"), desk=Text("済み", "used")),
    ),
    (
        Event(key="lend", by=("clerk",), words=Text("貸すと決めた", "lent"), button=Text("貸す", "Lend it")),
        Event(key="ask", by=("clerk",), words=Text("質問した", "asked a question"), button=Text("質問する", "Ask")),
        Event(key="answer", by=("resident",), words=Text("返事した", "answered"), button=Text("返事する", "Answer")),
        Event(key="refuse", by=("clerk",), words=Text("断った", "refused"), button=Text("断る", "Refuse")),
        Event(key="withdraw", by=("resident", "clerk"), words=Text("取り下げた", "withdrew"),
            button=Text("取り下げる", "Withdraw")),
        Event(key="day-over", by=("system",), words=Text("その日が終わった", "the day is over")),
    ),
    {
        ("asked", "lend"): Turn("lent", ("test/room-lent/1",)),
        ("asked", "ask"): Turn("unclear", ("test/room-news/1",)),
        ("asked", "refuse"): Turn("refused", ("test/room-news/1",)),
        ("asked", "withdraw"): Turn("withdrawn"),
        ("unclear", "answer"): Turn("asked"),
        ("unclear", "withdraw"): Turn("withdrawn"),
        ("lent", "day-over"): Turn("used"),
        ("lent", "withdraw"): Turn("withdrawn", ("test/room-lent/1", "test/room-news/1")),
    },
    start="asked",
)  # fmt: skip


class RoomLent(Letter, kind="test/room-lent/1", senders=("portal",)):
    case: str


class RoomNews(Letter, kind="test/room-news/1", senders=("portal",)):
    case: str


WRITTEN = {"test/room-lent/1": RoomLent, "test/room-news/1": RoomNews}

# ---------------------------------------------------------------- tables

TABLES = """
CREATE TABLE lending_draft (person text PRIMARY KEY, id text NOT NULL, version int NOT NULL, answers jsonb NOT NULL);
SELECT protect('lending_draft', personal => true);
CREATE TABLE lending (id text PRIMARY KEY, person text NOT NULL, answers jsonb NOT NULL, stands text NOT NULL);
SELECT protect('lending', personal => true);
CREATE TABLE lending_event (id text, number int, event text NOT NULL, by text NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (id, number));
SELECT protect('lending_event', personal => true);
"""
NO_CASE = define("centre.no-such-case", 404,
    "この申し込みは見つかりません", "There is no such request",
    "一覧から開いてください", "Open it from your list")  # fmt: skip


def lay_tables(url):
    """In the portal's schema, which stands for the room that there is not."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE portal_owner")
        connection.execute("SET search_path = portal, public")
        connection.execute(TABLES)


def access(person, verb):
    purpose = Text("部屋の貸し出し", "Lending a room")
    return Access("resident", f"centre.lending.{verb}", purpose, (person,))


class DraftTable:
    def __init__(self, database):
        self._database = database
        self.taken_back = []

    def _run(self, verb, who, work):
        return self._database.run(f"centre.{verb}", work, access=access(who.person, verb))

    def load(self, who):
        query = "SELECT id, version, answers FROM lending_draft WHERE person = %s"
        return self._run("load", who, lambda tx: tx.maybe(Draft, query, (who.person,))) or Draft()

    def save(self, who, draft, taken_back):
        self.taken_back += taken_back
        row = (Jsonb(draft.answers), who.person, draft.version)
        if draft.version:
            statement = """UPDATE lending_draft SET answers = %s, version = version + 1
                           WHERE person = %s AND version = %s"""
        else:
            statement = """INSERT INTO lending_draft (id, answers, person, version)
                           VALUES (substr(md5(random()::text), 1, 12), %s, %s, %s + 1)
                           ON CONFLICT DO NOTHING"""
        return self._run("save", who, lambda tx: tx.execute(statement, row) == 1)

    def drop(self, who):
        statement = "DELETE FROM lending_draft WHERE person = %s"
        self._run("drop", who, lambda tx: tx.execute(statement, (who.person,)))


class Lendings:
    """The room's cases: ``kazasu.foundation.procedures.cases.Cases``."""

    def past(self, tx, case):
        if not tx.value("SELECT count(*) FROM lending WHERE id = %s", (case,)):
            raise Refusal(NO_CASE)
        query = "SELECT event, by, at FROM lending_event WHERE id = %s ORDER BY number"
        return tx.all(Past, query, (case,))

    def add(self, tx, case, past, to):
        tx.execute("UPDATE lending SET stands = %s WHERE id = %s", (to.key, case))
        tx.execute(
            """INSERT INTO lending_event SELECT %s, count(*), %s, %s, %s FROM lending_event WHERE id = %s""",
            (case, past.event, past.by, past.at, case),
        )  # fmt: skip


# ---------------------------------------------------------------- service


class Centre:
    """Use cases: one transaction each."""

    def __init__(self, database, post):
        self.database = database
        self.book = CaseBook(LENT, Lendings(), post)
        self.drafts = DraftTable(database)

    def begin(self, person, draft):
        """The draft becomes a case, once."""

        def work(tx):
            gone = "DELETE FROM lending_draft WHERE person = %s AND id = %s AND version = %s"
            if not tx.execute(gone, (person, draft.id, draft.version)):
                raise Refusal(NO_CASE)
            answers = Jsonb(draft.answers)
            made = "INSERT INTO lending VALUES (%s, %s, %s, %s)"
            tx.execute(made, (draft.id, person, answers, LENT.start))

        self.database.run("centre.begin", work, access=access(person, "begin"))
        return draft.id

    def past(self, person, case):
        work = lambda tx: self.book.cases.past(tx, case)  # noqa: E731
        return self.database.read("centre.past", work, access=access(person, "look"))

    def act(self, person, case, event, *, by, seen=None):
        def letters(turn):
            return [(WRITTEN[kind](case=case), "city:141003") for kind in turn.letters]

        def work(tx):
            return self.book.happen(tx, case, event, by=by, letters=letters, seen=seen)

        return self.database.run("centre.act", work, access=access(person, "act"))

    def sent(self, person, case):
        try:
            self.past(person, case)
        except Refusal:
            return ""
        return f"/lent/{case}"


# ---------------------------------------------------------------- pages


def person(request):
    return request.state.session.subject


def enter(site, centre):
    def send(request, draft, _):
        return site.redirect(f"/lent/{centre.begin(person(request), draft)}")

    JourneyPages(
        site, LENDING, prefix="/lend", access=signed_in("resident"), drafts=centre.drafts, asking=ASKING,
        send=send, sent=lambda request, case: centre.sent(person(request), case), send_words=Text("申し込む", "Ask for the room"),
    )  # fmt: skip
    for prefix, by, kind in (("/lent", "resident", "resident"), ("/desk", "clerk", "staff")):
        CasePages(
            site, LENT, prefix=prefix, title=Text("部屋の貸し出し", "Lending a room"), access=signed_in(kind), by=by,
            past=lambda request, case: centre.past(person(request), case),
            act=lambda request, case, event, seen, by=by: centre.act(person(request), case, event, by=by, seen=seen),
        )  # fmt: skip


def open_centre(databases, street, clock, templates):
    """A site with the invented procedure. ``/in?who=&kind=`` signs in."""
    lay_tables(databases.url("portal"))
    database = databases("portal")
    site = Site(
        room="portal", name=Text("公民館", "Community centre"), templates=templates, settings=street.settings,
        clock=clock, database=database,
    )  # fmt: skip

    def sign_in(request):
        asked_for = request.query_params
        kind, who = asked_for.get("kind", "resident"), asked_for.get("who", "hana")
        site.sign_in(request, kind=kind, subject=who, data={})
        return PlainTextResponse("in")

    site.route("/in", access=public("a test signs in here"))(sign_in)
    centre = Centre(database, street.house("portal").post("portal"))
    enter(site, centre)
    return site, centre
