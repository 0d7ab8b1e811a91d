"""Events of cases: every cell of an invented procedure over its service on real tables with real letters."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.journey import Draft, Who
from tests.support.cells import Walk, walk_cells
from tests.support.centre import LENT, WRITTEN, access, open_centre
from tests.support.pages import TEMPLATES
from tests.support.street import Street


class Books:
    """The centre's service, and a look at what lies in its tables."""

    def __init__(self, databases, clock):
        street = Street(databases, clock, "portal")
        _, self.centre = open_centre(databases, street, clock, TEMPLATES)
        self.database = databases("portal")
        self.people = 0

    def begin(self):
        self.people += 1
        who = Who("", f"person-{self.people}")
        assert self.centre.drafts.save(who, Draft(), [])
        return self.centre.begin(who.person, self.centre.drafts.load(who))

    def act(self, case, event, by, **more):
        return self.centre.act("somebody", case, event, by=by, **more)

    def look(self, query, case):
        work = lambda tx: tx.column(query, (case,))  # noqa: E731
        return self.database.read("look", work, access=access("test", "look"))

    def stands(self, case):
        return self.look("SELECT stands FROM lending WHERE id = %s", case)[0]

    def letters(self, case):
        return self.look(
            "SELECT kind FROM outbox WHERE case_id = %s ORDER BY created_at, message_id", case
        )

    def everything(self, case):
        events = self.look(
            "SELECT to_jsonb(e) FROM lending_event e WHERE id = %s ORDER BY number", case
        )
        return events, self.look("SELECT to_jsonb(c) FROM lending c WHERE id = %s", case)


@pytest.fixture
def books(databases, clock):
    return Books(databases, clock)


def test_every_cell_does_what_the_table_says_and_no_other(books):
    tried = walk_cells(
        Walk(
            table=LENT, begin=books.begin, act=books.act, stands=books.stands, letters=books.letters,
            everything=books.everything,
        )
    )  # fmt: skip
    assert tried == len(LENT.states) * len(LENT.events) * 3


@pytest.mark.parametrize(
    "written",
    [[], ["test/room-news/1"], ["test/room-lent/1", "test/room-news/1"]],
    ids=["none", "another", "one more"],
)
def test_letters_that_the_cell_does_not_declare_are_a_fault_of_ours(books, written):
    case = books.begin()
    letters = [(WRITTEN[kind](case=case), "city:141003") for kind in written]
    before = books.everything(case)
    with pytest.raises(TypeError, match="declared"):
        books.database.run(
            "act",
            lambda tx: books.centre.book.happen(
                tx, case, "lend", by="clerk", letters=lambda _: letters
            ),
            access=access("test", "act"),
        )
    assert (books.everything(case), books.letters(case)) == (before, [])


def test_a_page_that_saw_less_changes_nothing(books):
    case = books.begin()
    books.act(case, "ask", "clerk", seen=0)
    with pytest.raises(Refusal) as refused:
        books.act(case, "withdraw", "resident", seen=0)
    assert refused.value.fault.code == "states.changed-meanwhile"
    assert books.stands(case) == "unclear"
    books.act(case, "withdraw", "resident", seen=1)
    assert books.stands(case) == "withdrawn"


def test_the_same_pressed_twice_is_done_once(books):
    case = books.begin()
    books.act(case, "lend", "clerk", seen=0)
    before = books.everything(case), books.letters(case)
    assert books.act(case, "lend", "clerk", seen=0).key == "lent"
    assert (books.everything(case), books.letters(case)) == before
