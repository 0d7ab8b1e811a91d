"""Families: all of them; some first; the head alone; to somebody else's household."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from kazasu.foundation.text import Text
from kazasu.society.population.people import FEMALE, MALE
from kazasu.society.stories.moves.arriving import CARDS, REGISTER, VISIT
from kazasu.society.stories.moves.cast import Cast, Home
from kazasu.society.stories.moves.leaving import ACCEPT, NOTICE, accept_as
from kazasu.society.stories.moves.tale import (
    NETWORK,
    PORTAL,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    must,
    new_clerk,
    old_clerk,
    planned_clerk,
)
from kazasu.society.stories.moving import BLOCK, BUILDING

SPOUSE: Final = {MALE: "夫", FEMALE: "妻"}


def _with_children(home: Home) -> bool:
    return len(home.grown_ups) > 1 and len(home.children) > 1 and not home.is_special


# ---------------------------------------------------------------- the family, to the end


def _family(cast: Cast) -> Sequence[Party]:
    home = cast.home("two grown-ups with two children", _with_children)
    return [Party(home.grown_ups[-1], home.people, home.city, cast.another_city(home.city))]


def form_is_printed(tale: Tale, party: Party) -> None:
    form = tale.doors.desk(party.planned, f"/desk/in/{party.case}/form.pdf")
    must(so=form.content.startswith(b"%PDF"), what="the pre-printed form is no PDF")


def look_at_the_old_record(tale: Tale, party: Party) -> None:
    """With a note that nobody else writes: whoever was found reads it."""
    query = {"q": party.applicant.name, "purpose": "enquiry", "note": f"照会 {party.case}"}
    tale.doors.desk(party.old, f"/desk/residents?{urlencode(query)}").expect("found.")


def who_looked(tale: Tale, party: Party) -> None:
    tale.doors.until(
        "who looked",
        lambda: tale.doors.portal(party.applicant, "/accesses").has(f"照会 {party.case}"),
    )


PRINTED: Final = Seen(
    planned_clerk,
    Text(
        "届出書が、書き込み済みで印字できる（PDF）",
        "prints the notice of moving in, filled in (PDF)",
    ),
    form_is_printed,
)
LOOKED: Final = Step(
    "looked",
    old_clerk,
    Text("閉じた記録を、理由を書いて見る", "looks at the closed record, with a reason"),
    look_at_the_old_record,
    (
        Seen(
            PORTAL,
            Text("だれが何のために見たかを{whom}に見せる", "shows {whom_en} who looked, and what for"),
            who_looked,
        ),
    ),
)  # fmt: skip

FAMILY: Final = Story(
    "family",
    Text("子ども二人の家族が引っ越し、四枚のカードまで終える",
         "A family with two children moves, to the last of four cards"),
    _family,
    (NOTICE, ACCEPT.and_seen(PRINTED), VISIT, REGISTER, CARDS, LOOKED),
)  # fmt: skip


# ---------------------------------------------------------------- the head goes


def _head_leaves(cast: Cast) -> Sequence[Party]:
    home = cast.home(
        "a head with a grown-up and children beside them",
        lambda one: _with_children(one) and one.head.signs,
    )
    return [
        Party(
            home.head, (home.head,), home.city, cast.another_city(home.city),
            staying=home.people[1:], new_head=home.grown_ups[1],
        )
    ]  # fmt: skip


def children_as_lodgers(tale: Tale, party: Party) -> None:
    accept_as(tale, party, "同居人")


def household_as_registered(tale: Tale, party: Party) -> None:
    """Who heads it now sees, before a notice of her own, how everybody stands to her."""
    head = next(one for one in party.staying if one is party.new_head)
    page = tale.doors.portal(head, "/move").expect("Who moves")
    for one in party.staying:
        page.expect(f"{one.shown} child" if one.is_child else one.shown)
    page.get(f"{tale.stage.origin('portal')}/move/discard").press("Delete it")


def rest_by_the_network(tale: Tale, party: Party) -> None:
    for one in party.staying:
        where = tale.doors.network(one)
        must(so=where == party.old, what=f"the network has {one.read} in {where or 'no city'}")


NAME_HEAD: Final = ACCEPT.but(
    name="name-head",
    did=Text("残る人の世帯主と続柄を決めて受理する",
             "names the head of those who stay, and how the others stand to them, and accepts"),
    falsely=children_as_lodgers,
).and_seen(
    Seen(
        PORTAL,
        Text("残る人に、新しい世帯主から見た続柄の世帯を見せる",
             "shows those who stay their household as it stands to its new head"),
        household_as_registered,
    )
)  # fmt: skip

HEAD_LEAVES: Final = Story(
    "head-leaves",
    Text("世帯主だけが引っ越し、残る家族に世帯主と続柄が決まる",
         "The head moves alone; those who stay get a head and their relationships"),
    _head_leaves,
    (
        NOTICE,
        NAME_HEAD,
        VISIT,
        REGISTER.and_seen(
            Seen(
                NETWORK,
                Text("残る人は{old}の住民のままだと答える", "answers: those who stay live in {old_en}"),
                rest_by_the_network,
            )
        ),
    ),
)  # fmt: skip


# ---------------------------------------------------------------- to a household that is there


def _joining(cast: Cast) -> Sequence[Party]:
    single = cast.alone()
    host = cast.home(
        "a household of two in another city",
        lambda home: (
            home.city != single.city and home.grown_ups[:1] == (home.head,)
            and len(home.people) > 1 and not home.is_special
        ),
    )  # fmt: skip
    return [Party(single.head, single.people, single.city, host.city, joins=host)]


def find_the_household(tale: Tale, party: Party) -> None:
    """Its number, under the name of who lives there, with a note that they read."""
    query = {"q": party.host.head.name, "purpose": "notice", "note": f"世帯 {party.case}"}
    found = tale.doors.desk(party.new, f"/desk/residents?{urlencode(query)}")
    cells = found.page.xpath("//td[@data-label='Household number']")
    party.household_number = cells[0].text_content().strip()
    must(so=len(party.household_number) == 10, what="no number of the household stands there")


def host_reads_who_looked(tale: Tale, party: Party) -> None:
    host = party.host.head
    tale.doors.until(
        "who looked for the household",
        lambda: tale.doors.portal(host, "/accesses").has(f"世帯 {party.case}"),
    )


def together_with_the_host(tale: Tale, party: Party) -> None:
    """The household that the host sees, before a notice of their own, has who joined."""
    host = party.host.head
    page = tale.doors.portal(host, "/move").expect("Who moves").expect(party.applicant.name)
    page.get(f"{tale.stage.origin('portal')}/move/discard").press("Delete it")


FIND: Final = Step(
    "find",
    new_clerk,
    Text("加わる世帯を探し、世帯番号を読む", "finds the household that is joined, and reads its number"),
    find_the_household,
    (
        Seen(
            PORTAL,
            Text("その世帯の人に、探されたことを見せる", "shows those who live there that they were looked for"),
            host_reads_who_looked,
        ),
    ),
)  # fmt: skip
JOINED: Final = Seen(
    PORTAL,
    Text(
        "その世帯の人の画面に、加わった{whom}がいる",
        "shows those who live there {whom_en} among them",
    ),
    together_with_the_host,
)

JOINING: Final = Story(
    "joining",
    Text("一人が引っ越して、世帯番号で見つけた世帯に加わる",
         "Somebody joins a household in another city, found by its number"),
    _joining,
    (NOTICE, ACCEPT, FIND, VISIT, REGISTER.and_seen(JOINED)),
)  # fmt: skip


# ---------------------------------------------------------------- some first


def _part(cast: Cast) -> Sequence[Party]:
    """Those with children go first; the head follows, and joins them."""
    home = cast.home("two grown-ups with two children", _with_children)
    first = Party(
        home.grown_ups[-1], tuple(one for one in home.people if one is not home.head), home.city,
        cast.another_city(home.city), staying=(home.head,),
    )  # fmt: skip
    house = replace(cast.place_in(first.planned), block=BLOCK, building=BUILDING)
    hosts = (first.applicant, *(one for one in first.going if one is not first.applicant))
    rest = Party(
        home.head, (home.head,), home.city, first.planned,
        joins=Home(first.planned, hosts, house), stands_as=SPOUSE[home.head.person.sex],
    )  # fmt: skip
    return [first, rest]


def a_week_later(tale: Tale, party: Party) -> None:
    tale.stage.set_day(tale.stage.today + timedelta(days=7))
    NOTICE.act(tale, party)


def _rest(step: Step, **changes: Any) -> Step:
    return step.but(name=f"rest-{step.name}", of=1, **changes)


PART: Final = Story(
    "part",
    Text("家族の一部が先に引っ越し、残りは一週間後に加わる",
         "Part of a family goes first; the rest joins them a week later"),
    _part,
    (
        NOTICE,
        ACCEPT,
        VISIT,
        REGISTER.and_seen(
            Seen(
                NETWORK,
                Text("残る人はまだ{old}の住民だと答える", "answers: who stays still lives in {old_en}"),
                rest_by_the_network,
            )
        ),
        _rest(NOTICE, act=a_week_later),
        _rest(ACCEPT),
        _rest(FIND),
        _rest(VISIT),
        _rest(REGISTER.and_seen(JOINED)),
    ),
)  # fmt: skip
