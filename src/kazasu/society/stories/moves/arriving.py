"""The last steps of a move: at the counter of the new city, and the cards."""

from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.written import placed
from kazasu.society.stories import moving
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moves.cast import Member
from kazasu.society.stories.moves.leaving import (
    on_the_timeline,
    press_of_rest,
    said_why,
    those_who_stay,
)
from kazasu.society.stories.moves.tale import (
    J_LIS,
    NETWORK,
    PORTAL,
    Party,
    Seen,
    Step,
    Tale,
    applicant,
    must,
    new_clerk,
    old_clerk,
    the_card,
)
from kazasu.society.stories.moving import PIN
from kazasu.society.stories.stage import Person

# ---------------------------------------------------------------- the visit


def hold_a_card(tale: Tale, party: Party, card: str) -> Browser:
    tale.comes(party)
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        "the arrival", lambda: tale.doors.desk(party.new, page).has("Have the visitor")
    )
    browser = tale.doors.desk(party.new, page)
    moving.identify(Person(tale.stage, tale.cast.clerk(party.new), browser), card)
    return browser


def visit(tale: Tale, party: Party) -> None:
    browser = hold_a_card(tale, party, party.applicant.card)
    browser.expect("Card and data compared")
    must(so=not browser.has("DIFFERENT"), what="card and certificate data differ")


def somebody_elses_card(tale: Tale, party: Party) -> None:
    hold_a_card(tale, party, tale.cast.stranger(party.new))


VISIT: Final = Step(
    "visit",
    applicant,
    Text("{today} に{new}の窓口でカードをかざす", "holds the card at the counter of {new_en} on {today}"),
    visit,
    (
        Seen(
            PORTAL,
            Text("窓口で本人が確かめられたと伝える", "says that {whom_en} was identified at the counter"),
            on_the_timeline("You were identified at the counter"),
        ),
    ),
    falsely=somebody_elses_card,
)  # fmt: skip


# ---------------------------------------------------------------- registration


def enter(tale: Tale, party: Party, **told: Any) -> Browser:
    """The notice, completed at the desk and entered provisionally. ``told``: what the visitor says beyond the notice."""
    browser = arrival(tale, party)
    fields: dict[str, Any] = {}
    if party.joins is not None:
        fields = {"joins_household": party.household_number, "head": "joins"}
        for name in browser.named("relationship-"):
            fields[name.replace("-", "__")] = party.stands_as
    else:
        for name in browser.named("relationship-"):
            if not browser.value(name):
                fields[name.replace("-", "__")] = "子"
    if not browser.value("block"):
        fields |= room_there(tale, party)
    if not browser.value("moved_on-year"):
        day = tale.stage.today
        fields |= {
            "moved_on__year": str(day.year),
            "moved_on__month": str(day.month),
            "moved_on__day": str(day.day),
        }
    fields |= told | said_why(browser, "related_because")
    return browser.press("Enter provisionally", **fields).expect("provisional")


def arrival(tale: Tale, party: Party) -> Browser:
    """The page of the visit; where somebody is protected, with what the clerk looks at the address for."""
    return tale.doors.unveiled(party.new, f"/desk/in/{party.case}")


def room_there(tale: Tale, party: Party) -> dict[str, str]:
    """The same of the city where they really come, as the desk asks it."""
    there = tale.cast.place_in(party.new)
    return {
        "postcode": there.town.postcode,
        "city": there.town.area,
        "town": there.town.name,
        "block": party.block,
        "building": party.building,
    }


def register(tale: Tale, party: Party) -> None:
    decide(party, enter(tale, party))


def decide(party: Party, page: Browser) -> None:
    """With a head for those who stay in this city, where the household loses its own, and care for children, where only they do."""
    press_of_rest(page, "Register", **those_who_stay(page, party, "remaining_head"))
    page.expect("registered")


def enter_only(tale: Tale, party: Party) -> None:
    """Nobody decides."""
    enter(tale, party)


def moved_by_the_network(tale: Tale, party: Party) -> None:
    for one in party.going:
        tale.doors.until(
            f"{one.read} in {party.new} by the network",
            lambda one=one: tale.doors.network(one) == party.new,  # type: ignore[misc]
        )


def closed_at_the_old_city(tale: Tale, party: Party) -> None:
    """For good, not as it was planned."""
    for one in party.going:
        tale.doors.until(
            f"the record of {one.read} closed at {party.old}",
            lambda one=one: tale.doors.stands(party.old, one) == "Closed",  # type: ignore[misc]
        )


def signing_has_lapsed(tale: Tale, party: Party) -> None:
    """署名用証明書は、住所が変わるか、転出で住民票が閉じられると失効する（公的個人認証法 12条1項1号・2号）."""
    tale.doors.until(
        "the old signing certificate revoked",
        lambda: not tale.doors.is_good(party.applicant, party.signed_with),
    )


REGISTER: Final = Step(
    "register",
    new_clerk,
    Text("届出を仮登録し、決裁して登録する", "enters the notice, decides and registers"),
    register,
    (
        Seen(
            NETWORK,
            Text("照会に、{count}人とも{new}の住民だと答える", "answers an inquiry: everybody of the notice ({count}) lives in {new_en}"),
            moved_by_the_network,
        ),
        Seen(
            old_clerk,
            Text("前の記録が閉じられている（除票）", "finds the old records closed"),
            closed_at_the_old_city,
        ),
        Seen(
            J_LIS,
            Text("届出に使った署名用証明書は失効したと答える（OCSP）",
                 "answers by OCSP: the certificate that signed the notice is revoked"),
            signing_has_lapsed,
        ),
        Seen(
            PORTAL,
            Text("新しい住所で登録されたと{whom}に伝える", "tells {whom_en} of the registration"),
            on_the_timeline("Registered at the new address", "The old city closed your record"),
        ),
    ),
    falsely=enter_only,
)  # fmt: skip


# ---------------------------------------------------------------- cards


def continue_cards(tale: Tale, party: Party) -> None:
    for one in party.going:
        continue_card(tale, party.new, one)


def continue_card(tale: Tale, city: str, member: Member) -> None:
    def held() -> bool:
        """Faster than people are: J-LIS may not have heard yet where they are registered now."""
        desk = tale.doors.desk(city, "/desk/cards")
        waiting = [one for one in desk.buttons() if one.startswith("Hold") and member.shown in one]
        must(so=bool(waiting), what=f"no card of {member.read} waits at {city}")
        desk.press(waiting[0])
        Person(tale.stage, member.card, desk).tap(pin=PIN)
        return desk.fault != "jpki.not-registered-there"

    tale.doors.until("the network’s word at J-LIS", held)


def written_on_the_cards(tale: Tale, party: Party) -> None:
    """Of who joins a household: its address. As this country's registers write it, whatever was typed."""
    house = party.joins.household if party.joins else party
    there = (tale.cast.place_in(party.new).town.name, house.block, house.building)
    for one in party.going:
        said = tale.doors.address_on_card(one)
        must(
            so=all(placed(item) in placed(said) for item in there),
            what=f"the card of {one.read} says {said}",
        )


def signing_is_new(tale: Tale, party: Party) -> None:
    new = tale.doors.signing_certificate(party.applicant)
    must(so=new != party.signed_with, what="the card has its old signing certificate")
    must(
        so=tale.doors.is_good(party.applicant, new), what="the new signing certificate is not good"
    )


def told_of_each_card(tale: Tale, party: Party) -> None:
    page = f"/moves/{party.case}"
    tale.doors.until(
        f"{len(party.going)} cards on the timeline",
        lambda: (
            tale.doors.portal(party.applicant, page).text.count(
                "The new address was written to a card"
            )
            == len(party.going)
        ),
    )


CARDS: Final = Step(
    "cards",
    new_clerk,
    Text("{count}枚のカードに新しい住所を書く（継続利用）", "writes the new address to each card ({count})"),
    continue_cards,
    (
        Seen(
            the_card,
            Text("チップの住所が新しい", "says the new address, chip by chip"),
            written_on_the_cards,
        ),
        Seen(
            J_LIS,
            Text("新しい署名用証明書は有効だと答える（OCSP）",
                 "answers by OCSP: the new signing certificate is good"),
            signing_is_new,
        ),
        Seen(
            PORTAL,
            Text("カードが{count}枚とも新しくなったと伝える", "tells {whom_en} of each card ({count})"),
            told_of_each_card,
        ),
    ),
)  # fmt: skip
"""Falsely: the cards stay at home."""
