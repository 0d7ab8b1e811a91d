"""People whom a move must not harm: a protected one, and one whose right to stay and second name go along."""

from collections.abc import Sequence
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.society.stories import account
from kazasu.society.stories.moves.arriving import CARDS, REGISTER, VISIT
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.leaving import ACCEPT, NOTICE
from kazasu.society.stories.moves.tale import (
    PORTAL,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    applicant,
    at,
    must,
    new_clerk,
    old_clerk,
    the_card,
)
from kazasu.society.stories.stage import Person

BANK: Final = at("bank")


# ---------------------------------------------------------------- protected


def _protected(cast: Cast) -> Sequence[Party]:
    home = cast.home(
        "a protected grown-up", lambda one: one.head.person.protected and one.grown_ups
    )
    return [
        Party(
            home.head, (home.head,), home.city, cast.another_city(home.city),
            staying=home.people[1:],
        )
    ]  # fmt: skip


def agree_at_the_bank(tale: Tale, party: Party) -> None:
    person = Person(tale.stage, party.applicant.card, tale.stage.browser())
    account.open_account(tale.stage, person, party.applicant.who)
    must(
        so=account.agree(tale.stage, person, party.applicant.who),
        what="no service for latest attributes is open",
    )


def account_without_agreeing(tale: Tale, party: Party) -> None:
    person = Person(tale.stage, party.applicant.card, tale.stage.browser())
    account.open_account(tale.stage, person, party.applicant.who)
    person.browser.press("Do not agree")


def agreed(tale: Tale, party: Party) -> None:
    page = tale.doors.at(party.applicant.card, "identity", "/account/latest")
    page.expect(account.BANK.en).expect("End this consent")


def asks_read(tale: Tale, party: Party) -> int:
    """How often she reads that the bank asked."""
    page = tale.doors.at(party.applicant.card, "identity", "/account/latest")
    return len(page.page.xpath("//ol[@class='timeline']/li"))


def bank_asks(tale: Tale, party: Party) -> None:
    tale.kept["asked"] = asks_read(tale, party)
    tale.doors.at(party.applicant.card, "bank", "/consents").press("Check now")


def only_asked_before(tale: Tale, party: Party) -> None:
    """Nobody presses."""
    tale.kept["asked"] = asks_read(tale, party)


def nothing_was_passed_on(tale: Tale, party: Party) -> None:
    tale.doors.until("that the bank asked", lambda: asks_read(tale, party) > tale.kept["asked"])
    page = tale.doors.at(party.applicant.card, "identity", "/account/latest")
    must(so=not page.has("the new data were passed on"), what="the new address was passed on")


def bank_knows_nothing(tale: Tale, party: Party) -> None:
    for path in ("/home", "/consents"):
        page = tale.doors.at(party.applicant.card, "bank", path)
        new = tale.city(party.new)
        says_it = page.has(new.ja) or page.has(new.en) or page.has(party.block)
        must(so=not says_it, what=f"the bank shows the new address on {path}")


def nothing_shows(tale: Tale, party: Party) -> None:
    """Of where she lives, on the record that is closed and on both cases, before a clerk has said what for."""
    pages = {
        "the old record": tale.doors.record(party.old, party.applicant),
        "the notice": tale.doors.desk(party.old, f"/desk/out/{party.case}"),
        "the arrival": tale.doors.desk(party.new, f"/desk/in/{party.case}"),
        "the new record": tale.doors.record(party.new, party.applicant),
    }
    for name, page in pages.items():
        page.expect("protected: not shown")
        must(so=not page.has(party.block), what=f"{name} shows the new address")


CONSENT: Final = Step(
    "consent",
    applicant,
    Text("引っ越す前に口座を開き、最新の住所を知らせる同意に署名する",
         "opens an account before the move, and signs that the bank may learn of a new address"),
    agree_at_the_bank,
    (
        Seen(
            at("identity"),
            Text("その同意を{whom}に見せる", "shows {whom_en} the consent"),
            agreed,
        ),
    ),
    falsely=account_without_agreeing,
)  # fmt: skip
HIDDEN: Final = Seen(
    old_clerk,
    Text("どの画面にも新しい住所が出ない", "finds the new address on no page"),
    nothing_shows,
)
ASKS: Final = Step(
    "bank-asks",
    BANK,
    Text("最新の住所を確かめる", "asks for the latest address"),
    bank_asks,
    (
        Seen(
            at("identity"),
            Text("銀行が尋ねたことと、何も渡していないことを{whom}に見せる",
                 "shows {whom_en} that the bank asked, and that nothing was passed on"),
            nothing_was_passed_on,
        ),
        Seen(BANK, Text("新しい住所を知らない", "does not know the new address"), bank_knows_nothing),
    ),
    falsely=only_asked_before,
)  # fmt: skip

PROTECTED: Final = Story(
    "protected",
    Text("支援措置の人が引っ越し、新しい住所はどこにも出ない",
         "A protected person moves, and the new address shows nowhere"),
    _protected,
    (CONSENT, NOTICE, ACCEPT, VISIT, REGISTER.and_seen(HIDDEN), CARDS, ASKS),
)  # fmt: skip


# ---------------------------------------------------------------- from abroad


def _foreign(cast: Cast) -> Sequence[Party]:
    home = cast.home(
        "a grown-up from abroad with an alias",
        lambda one: one.head.person.nationality and one.head.person.alias and one.grown_ups,
    )
    return [Party(home.head, home.people, home.city, cast.another_city(home.city))]


def stay_goes_along(tale: Tale, party: Party) -> None:
    """Nationality, status and alias, as they stood in the old city's register (住民基本台帳法 30条の45)."""
    person = party.applicant.person
    record = tale.doors.record(party.new, party.applicant)
    for item in (person.nationality, person.residence_status, person.alias, person.name):
        record.expect(item)


def card_ends_with_the_stay(tale: Tale, party: Party) -> None:
    until = party.applicant.person.residence_until
    said = tale.doors.card_until(party.applicant)
    must(so=said == until, what=f"the card ends on {said}, the stay on {until}")


def portal_says_until(tale: Tale, party: Party) -> None:
    until = tale.doors.card_until(party.applicant)
    tale.doors.portal(party.applicant, "/").expect(long_date(until, "en"))


FOREIGN: Final = Story(
    "foreign",
    Text("外国人住民が引っ越し、通称と在留の情報がいっしょに移る",
         "A foreign resident moves; alias and data of the stay go along"),
    _foreign,
    (
        NOTICE,
        ACCEPT,
        VISIT,
        REGISTER.and_seen(
            Seen(
                new_clerk,
                Text("新しい記録に、通称と国籍・在留資格がある", "has alias, nationality and status in the new record"),
                stay_goes_along,
            )
        ),
        CARDS.and_seen(
            Seen(
                the_card,
                Text("期限は在留期間の満了日のまま", "still ends with the period of stay"),
                card_ends_with_the_stay,
            ),
            Seen(
                PORTAL,
                Text("カードの期限をその日だと伝える", "says that the card ends on that day"),
                portal_says_until,
            ),
        ),
    ),
)  # fmt: skip
